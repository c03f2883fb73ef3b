"""Finding the service that a command talks to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.errors import BackendUnavailable, InputError

if TYPE_CHECKING:
    from sqlalchemy import URL

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
        InputError: NO_DATABASE, its result database has to be named, or OTHER_DATABASE, it
            uses another one than what is named.
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
    if needs_database and running and running.database and named:
        _check_same(running.database, named)
    ui = running.ui if running else api.removesuffix("/api")
    return Address(ui=ui, database=named or (running.database if running else None))


def _check_same(used: str, named: str) -> None:
    from molpipe.store.database import database_url  # noqa: PLC0415
    from molpipe.store.failures import shown  # noqa: PLC0415

    theirs, ours = database_url(used, {}), database_url(named, {})
    if _place(theirs) != _place(ours):
        raise InputError(
            f"the service uses the result database {shown(theirs)}, not {shown(ours)}",
            hint="leave --database and MOLPIPE_DATABASE out",
            code="OTHER_DATABASE",
        )


def _place(url: URL) -> tuple[object, ...]:
    """What tells one database from another; who opens it, and how, does not."""
    from flows.service.config import is_loopback  # noqa: PLC0415

    path = str(url.database)
    if url.get_backend_name() == "sqlite":
        return (path if path.startswith("file:") else Path(path).resolve(),)
    host = str(url.host or url.query.get("host") or "localhost")
    port = str(url.port or url.query.get("port") or 5432)
    return "localhost" if is_loopback(host) else host, port, url.database or url.username
