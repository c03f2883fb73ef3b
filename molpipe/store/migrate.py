"""The newest schema in a database, whatever it held before and whoever opens it beside us."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from molpipe.errors import SchemaTooNew, StoreError
from molpipe.store.failures import as_store_errors, shown

VERSION_TABLE: Final = "molpipe_schema"
"""A name of our own: Prefect keeps Alembic's usual one, perhaps in the same PostgreSQL."""

REVISIONS: Final = ("0001", "0002", "0003", "0004")
"""Every schema from the first to the newest; one file each in ``migrations/versions``."""

ADVISORY_LOCK: Final = 0x6D6F6C70


def migrate(engine: Engine) -> None:
    """Bring a database to the newest schema, in one transaction that others wait for.

    ``engine`` begins its transactions as a writer (:func:`molpipe.store.database.writer`).

    Raises:
        SchemaTooNew: a newer molpipe was here.
        StoreError: it cannot hold every text.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            _check_encoding(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        if _known_revision(connection) != REVISIONS[-1]:
            _upgrade(connection)
        # Deletes nothing, and fails where writing is not allowed: better now than after an hour.
        connection.execute(text(f"DELETE FROM {VERSION_TABLE} WHERE version_num = ''"))


def check_newest(engine: Engine) -> None:
    """Check that a database has the newest schema, and leave it as it is.

    Raises:
        SchemaTooNew: a newer molpipe was here.
        StoreError: an older one was, or none (``NO_DATABASE``).
    """
    check_ours(engine)
    with engine.connect() as connection:
        found = _known_revision(connection)
    if found != REVISIONS[-1]:
        raise StoreError(
            f"the result database {shown(engine.url)} has schema {found}, not {REVISIONS[-1]}",
            hint="molpipe db check --database brings it up to date",
        )


def is_newest(engine: Engine) -> bool:
    """Whether a database has the newest schema.

    Raises:
        SchemaTooNew: a newer molpipe was here.
        StoreError: ``NO_DATABASE``, no molpipe was here.
    """
    check_ours(engine)
    with engine.connect() as connection:
        return _known_revision(connection) == REVISIONS[-1]


def check_free(engine: Engine) -> None:
    """Check that a database is ours or may become so; one in PostgreSQL may be shared.

    Raises:
        StoreError: it is the SQLite file of another program.
    """
    found = inspect(engine).get_table_names() if engine.dialect.name == "sqlite" else []
    if found and VERSION_TABLE not in found:
        raise StoreError(
            f"{shown(engine.url)} holds other tables and is no result database",
            hint="name another with --database or MOLPIPE_DATABASE",
        )


def check_ours(engine: Engine) -> None:
    """Check that a molpipe was here, whichever.

    Raises:
        StoreError: ``NO_DATABASE``, none was.
    """
    with as_store_errors(engine.url):
        is_ours = inspect(engine).has_table(VERSION_TABLE)
    if not is_ours:
        raise StoreError(
            f"{shown(engine.url)} is no result database of molpipe",
            hint="name another with --database or MOLPIPE_DATABASE; a run makes one",
            code="NO_DATABASE",
        )


def _known_revision(connection: Connection) -> str | None:
    """The schema of a database; None where it is empty."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if found is not None and found not in REVISIONS:
        raise SchemaTooNew(
            f"the result database {shown(connection.engine.url)} has schema {found!r}, "
            f"this molpipe knows up to {REVISIONS[-1]!r}",
            hint="upgrade molpipe, or name another database with --database",
        )
    return None if found is None else str(found)


def _check_encoding(connection: Connection) -> None:
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise StoreError(
            f"the result database {shown(connection.engine.url)} has the encoding {encoding}",
            hint="create one with createdb --encoding=UTF8 --template=template0 NAME",
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # only where there is something to do
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    scripts = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
