"""molpipe up: the Prefect service on this machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.cli.options import Database, RunnerName, WorkerCount
from molpipe.cli.service import DEFAULT_HOME, Home
from molpipe.model.pool import POOLS

if TYPE_CHECKING:
    from rich.console import Console

    from flows.service.config import ServiceConfig
    from flows.service.schedules import Schedules

NEVER = "never"


def up(
    home: Home = DEFAULT_HOME,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others need authentication.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the server.")] = 4200,
    public_url: Annotated[
        str | None, typer.Option(help="Where a browser reaches it, behind a proxy.")
    ] = None,
    database: Database = None,
    runner: RunnerName = "local",
    workers: WorkerCount = None,
    runs: Annotated[int, typer.Option(min=1, help="Batches at once.")] = 2,
    inbox: Annotated[
        Path | None,
        typer.Option(help="Folder of nightly-pilot.", show_default="HOME/inbox"),
    ] = None,
    nightly: Annotated[
        str, typer.Option(metavar="CRON", help=f"When nightly-pilot runs, or {NEVER}.")
    ] = "0 2 * * *",
    weekly: Annotated[
        str, typer.Option(metavar="CRON", help=f"When reference-watch runs, or {NEVER}.")
    ] = "0 4 * * 0",
    timezone: Annotated[str, typer.Option(help="Time zone of both.")] = "UTC",
) -> None:
    """Start the Prefect service: server with UI, workers, deployments and their schedules.

    It runs until Ctrl-C, which cancels what runs and stops everything. Nothing leaves this
    machine. Exit codes: 0 stopped; 2 it could not start.
    """
    from rich.console import Console  # noqa: PLC0415

    from flows.environment import client_environment  # noqa: PLC0415
    from flows.service.config import ServiceConfig, check, make_folders  # noqa: PLC0415
    from flows.service.schedules import Schedules  # noqa: PLC0415
    from molpipe.cluster import check_runner, default_workers  # noqa: PLC0415
    from molpipe.store import utc_now  # noqa: PLC0415

    config = ServiceConfig(
        home=home,
        host=host,
        port=port,
        database=database,
        runner=runner,
        workers=workers or default_workers(runner),
        runs=runs,
        inbox=inbox,
        public_url=public_url,
    )
    given = dict(os.environ)
    schedules = Schedules(nightly=_cron(nightly), weekly=_cron(weekly), timezone=timezone)
    check(config, given)
    check_runner(runner)
    make_folders(config)
    adopt(client_environment(config, given))
    schedules.check(utc_now())
    _serve(Console(highlight=False, soft_wrap=True), config, schedules, given)


def adopt(environment: dict[str, str]) -> None:
    """Make this the environment of our process, before Prefect reads it."""
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)


def _cron(text: str) -> str | None:
    return None if text.strip().lower() == NEVER else text


def _serve(
    console: Console, config: ServiceConfig, schedules: Schedules, given: dict[str, str]
) -> None:
    from functools import partial  # noqa: PLC0415

    from flows.service.install import drain, install, next_runs  # noqa: PLC0415
    from flows.service.sweep import keep_sweeping  # noqa: PLC0415
    from flows.service.up import service, worker_name  # noqa: PLC0415

    stop = stop_event()
    say = partial(console.print, markup=False)
    with service(
        config, given, install=partial(install, schedules), drain=drain, say=say
    ) as running:
        _say_ready(console, config)
        threading.Thread(target=_say_schedules, args=(console, next_runs), daemon=True).start()
        swept = [worker_name(pool) for pool in POOLS], stop, say
        threading.Thread(target=keep_sweeping, args=swept, daemon=True).start()
        running.watch(stop, say)
    console.print("stopped")


def stop_event() -> threading.Event:
    """Set by Ctrl-C, or by the signal that ends a process."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _say_ready(console: Console, config: ServiceConfig) -> None:
    """Where it is, and what to do next."""
    console.print(f"molpipe is up: {config.ui}", style="bold")
    home = "" if config.home == DEFAULT_HOME else f" --home {config.home}"
    for what, how in (
        ("submit a batch", f"molpipe submit BATCH --watch{home}"),
        ("or fill in the form", f"{config.ui}/deployments, molecule-batch, Run, Custom run"),
        ("or drop a file into", f"{config.inbox_folder}, which nightly-pilot runs"),
        ("results", f"{config.home / 'reports'}"),
        ("logs", f"{config.service / 'logs'}"),
        ("stop", "Ctrl-C"),
    ):
        console.print(f"  {what + ':':<22} {how}", markup=False)


def _say_schedules(
    console: Console, next_runs: Callable[[], Iterator[tuple[str, datetime | None]]]
) -> None:
    """Whether the schedules really make runs: Prefect's scheduler can fail in silence."""
    for name, moment in next_runs():
        if moment is None:
            console.print(
                f"  {name}: its schedule made no run: Prefect's scheduler does not work here, "
                "see the server's log",
                style="bold red",
            )
        else:
            console.print(f"  {name + ' next runs:':<22} {moment:%Y-%m-%d %H:%M %Z}")
