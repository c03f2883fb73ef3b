"""Finding the service that a command talks to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from molpipe.errors import BackendUnavailable, InputError

Home = Annotated[
    Path,
    typer.Option(
        envvar="MOLPIPE_HOME",
        help="Folder of the service: where `molpipe up` was started with it.",
        show_envvar=False,
    ),
]
DEFAULT_HOME = Path("runs")


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the service is: its pages, and its result database."""

    ui: str
    database: str | None


def connect(home: Path, database: str | None, *, needs_database: bool = True) -> Address:
    """Make the service of ``home``, or that of ``PREFECT_API_URL``, the one we talk to.

    Raises:
        BackendUnavailable: there is none, it does not answer, or it is of another version.
        InputError: NO_DATABASE, its result database has to be named.
    """
    from flows.environment import prepare  # noqa: PLC0415
    from flows.server.health import check_server  # noqa: PLC0415
    from flows.service.state import read  # noqa: PLC0415

    configured = os.environ.get("PREFECT_API_URL")
    running = None if configured else read(home / "service")
    api = configured or (running.api if running else None)
    if api is None:
        raise BackendUnavailable(
            f"no service runs in {home}",
            hint="start one with `molpipe up`, name its --home, or set PREFECT_API_URL",
        )
    os.environ["PREFECT_API_URL"] = api
    prepare(os.environ)
    check_server(api)
    named = database or os.environ.get("MOLPIPE_DATABASE")
    if needs_database and running and named is None and running.database is None:
        raise InputError(
            "the result database of the service holds a password",
            hint="name it with --database or MOLPIPE_DATABASE",
            code="NO_DATABASE",
        )
    ui = running.ui if running else api.removesuffix("/api")
    return Address(ui=ui, database=named or (running.database if running else None))
