"""Rows that Prefect's server writes together are sent as parameters of one statement.

Prefect names them in ``VALUES (...), (...)``: a statement of another length every time, which
SQLAlchemy compiles anew with thousands of parameters, a quarter of what the server does while a
batch is running.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Insert, Result, event
from sqlalchemy.orm import ORMExecuteState, Session


def send_rows_as_parameters() -> None:
    """From now on, in all sessions of this process."""
    if not event.contains(Session, "do_orm_execute", _as_parameters):
        event.listen(Session, "do_orm_execute", _as_parameters)


def _as_parameters(state: ORMExecuteState) -> Result[Any] | None:
    statement = state.statement
    if not isinstance(statement, Insert) or not statement._multi_values or statement._returning:
        return None
    rows = [_named(row) for rows in statement._multi_values for row in rows]
    if len({frozenset(row) for row in rows}) > 1:  # some columns have their defaults in some rows
        return None
    plain = statement._generate()
    plain._multi_values = ()
    return state.session.execute(plain, rows, execution_options={"dml_strategy": "raw"})


def _named(row: Any) -> dict[str, Any]:
    """A row whose keys may be columns."""
    return {getattr(key, "key", key): value for key, value in row.items()}
