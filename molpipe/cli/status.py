"""molpipe status: what the service does."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from molpipe.cli.options import Database
from molpipe.cli.results import wide_enough
from molpipe.cli.service import DEFAULT_HOME, Home, connect
from molpipe.model.pool import POOLS

if TYPE_CHECKING:
    from rich.table import Table

    from flows.client import Run
    from molpipe.store import RunSummary

MESSAGE = 500
"""Characters of what is said below a run that failed."""

INVALID: Final = "invalid parameters:"
"""Behind it Prefect lists what does not fit the parameters of a flow."""

COLORS = {"completed": "green", "running": "blue", "failed": "red", "crashed": "red"}


def status(
    limit: Annotated[int, typer.Option(min=1, max=200, help="Runs to list.")] = 15,
    home: Home = DEFAULT_HOME,
    database: Database = None,
) -> None:
    """List the runs of the service: what runs, what waits, what ended."""
    from rich.console import Console  # noqa: PLC0415

    from molpipe.store import open_store  # noqa: PLC0415

    console = wide_enough(Console())
    address = connect(home, database)
    from flows import client  # noqa: PLC0415

    serving = ", ".join(f"{pool} {client.workers_online(pool)}" for pool in POOLS)
    console.print(f"{address.ui}, workers: {serving}", highlight=False, soft_wrap=True)
    runs = client.recent(limit)
    with open_store(address.database, environment=os.environ) as store:
        kept = {run.id: store.find_run(run.id) for run in runs}
    console.print(_table(runs, kept) if runs else "no runs yet")
    if any(run.state == "crashed" for run in runs):
        console.print("crashed: nothing that was finished is lost, submit the batch again")


def _table(runs: list[Run], kept: dict[str, RunSummary | None]) -> Table:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from flows.short_ids import shortened  # noqa: PLC0415
    from molpipe.report.numbers import duration, label  # noqa: PLC0415

    table = Table("id", "run", "state", "rows", "start", "time", box=box.SIMPLE_HEAD)
    ids = shortened([run.id for run in runs if not run.is_scheduled])
    for run in runs:
        table.add_row(
            ids.get(run.id, ""),
            Text(label(run.name, 30)),
            Text(run.state, COLORS.get(run.state, "")),
            _rows(kept[run.id]),
            f"{run.started.astimezone():%Y-%m-%d %H:%M}" if run.started else "",
            duration(run.seconds) if run.seconds else "",
        )
        if run.state in ("failed", "crashed"):
            table.add_row("", Text(label(_why(run.message), MESSAGE), "red", overflow="fold"))
    return table


def _why(message: str) -> str:
    """Why a run failed, on one line; of a parameter that Prefect refused, which setting and why."""
    _, refused, parameters = message.partition(INVALID)
    if not refused:
        return " ".join(message.split())
    lines = parameters.strip().removeprefix("- ").split("\n - ")
    return "; ".join(_setting(" ".join(line.split())) for line in lines)


def _setting(line: str) -> str:
    named = re.sub(r"^(request\.)?settings\.", "setting ", line).removeprefix("request.")
    return named.replace(": Value error, ", ": ", 1)


def _rows(summary: RunSummary | None) -> str:
    if summary is None:
        return ""
    counts = ", ".join(f"{count} {status}" for status, count in summary.statuses.items())
    done = sum(summary.statuses.values())
    return counts if done == summary.n_rows else f"{done} of {summary.n_rows}: {counts or '-'}"
