"""What went wrong with a database, in one line, and whether it may pass by itself."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from molpipe.errors import StoreError

URL_FORMS: Final = "write a path, sqlite:///path or postgresql://user@host/database"

_HINTS: Final = (
    (
        r"password|pg_hba|authentication|role .* does not exist",
        "check user and password; a password may also stand in PGPASSWORD or ~/.pgpass",
    ),
    (
        r"database .* does not exist",
        "create it on the server with createdb --encoding=UTF8 --template=template0 NAME",
    ),
    (
        r"refused|timeout|timed out|resolve|translate|on socket|unreachable|no route",
        "check host and port, and that PostgreSQL runs there and listens on that address",
    ),
    (r"connection option|idna", URL_FORMS),
    (r"permission denied", "let this user own the database"),
    (r"read-?only", "name a database that can be written, with --database or MOLPIPE_DATABASE"),
    (
        r"malformed|not a database",
        "name another one, or go on with a backup: molpipe db backup writes them",
    ),
    (r"full|no space", "make room on its disk; what was finished is kept"),
    (r"locked", "end the program that holds its lock, or use PostgreSQL for several machines"),
)
_ANY_HINT: Final = (
    "check that it exists, can be written and has room, or name another one "
    "with --database or MOLPIPE_DATABASE"
)
_LIBPQ: Final = re.compile(r"^connection (failed|is bad): |^connection to server at .* failed: ")
_SEVERITY: Final = re.compile(r"^FATAL: +")

_PASSING_STATES: Final = (
    *("08", "57P01", "57P02", "57P03", "57P05"),  # the connection, or the server that restarts
    *("53300", "40001", "40P01"),  # too many clients, and transactions that met
)
"""How SQLSTATEs of PostgreSQL begin that say nothing about the next try."""

_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def shown(url: URL) -> str:
    """A URL as it may be shown: without password, driver and options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    plain = url.set(drivername=url.get_backend_name(), query={})
    return plain.render_as_string(hide_password=True)


@contextmanager
def as_store_errors(url: URL) -> Iterator[None]:
    """Every failure of the database inside becomes a :class:`StoreError` of one line."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, UnicodeError) as error:
        cause = cause_of(error)
        raise StoreError(
            f"the result database {shown(url)} failed: {cause}", hint=_hint(cause)
        ) from error


def cause_of(error: Exception) -> str:
    """What the database said, in one line."""
    original = _original(error)
    lines = str(error if original is None else original).strip().splitlines()
    cause = lines[0] if lines else type(original or error).__name__
    return _SEVERITY.sub("", _LIBPQ.sub("", _LIBPQ.sub("", cause)))


def is_passing(error: SQLAlchemyError) -> bool:
    """Whether the same transaction may succeed a moment later.

    It may where the server was away, where a connection was lost, and where another one held
    a lock. All transactions here may be repeated, also those that were committed unnoticed.
    """
    if not isinstance(error, DBAPIError):
        return False
    original = _original(error)
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0)
        return (code & 0xFF) in _BUSY  # the other bits say more about it
    state = getattr(original, "sqlstate", None)
    if state is None:  # libpq gives none where there is no connection
        return error.connection_invalidated or isinstance(error, OperationalError)
    return str(state).startswith(_PASSING_STATES)


def _original(error: Exception) -> Any:
    return getattr(error, "orig", None)


def _hint(cause: str) -> str:
    found = (hint for pattern, hint in _HINTS if re.search(pattern, cause, re.IGNORECASE))
    return next(found, _ANY_HINT)
