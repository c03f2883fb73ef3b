"""Rows of runs by what is known of them: the database filters and puts them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, get_args, get_type_hints

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select
from sqlalchemy import Row as SQLRow
from sqlalchemy.sql.elements import KeyedColumnElement

from molpipe.errors import InputError
from molpipe.model.comparison import ModelVerdict, SolverVerdict
from molpipe.model.document import EnergiesBlock, RowStatus
from molpipe.store.prefixes import as_prefix, begins
from molpipe.store.schema import Energy, Result, Run, RunRow

Latest = Literal["name", "key"]

_RUN, _ROW, _RESULT = Run.__table__.c, RunRow.__table__.c, Result.__table__.c

SAME_SETTINGS: Final[tuple[ColumnElement[Any], ...]] = (
    _RESULT.basis,
    _RESULT.solvent,
    _RESULT.active_space,
    _RESULT.orbitals,
    _RESULT.ansatz,
    _RESULT.mapping,
    _RESULT.backend,
    _RESULT.optimizer,
    _RESULT.shots,
    _RESULT.seed,
)
"""Two rows with one name and these alike are tries at one thing."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "method": tuple(
        dict.fromkeys(
            method.name
            for space in get_type_hints(EnergiesBlock).values()
            for method in fields(space)
        )
    ),
    "status": get_args(RowStatus),
    "verdict": (*get_args(SolverVerdict), *get_args(ModelVerdict)),
    "latest": get_args(Latest),
}
"""Filters, and the only words that they know."""

COLUMNS: Final[tuple[KeyedColumnElement[Any], ...]] = (
    _RUN.id.label("run"),
    _RUN.name.label("batch"),
    _RUN.started_at.label("started"),
    _ROW.row,
    _ROW.name,
    _ROW.status,
    _RESULT.key,
    _ROW.reused,
    _ROW.series,
    _ROW.coordinate,
    *(column for column in _RESULT if "paths" in column.info),
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which rows are wanted; None asks for all.

    ``batch`` is the name of a batch or 8 characters of the id of a run or more, ``molecule`` a
    name, a SMILES, an InChIKey or a formula, ``key`` how a content key begins, ``verdict`` one on
    the solver or the model. ``method`` asks for rows with an energy of that method, in either
    space. ``latest`` leaves of the rows that match the newest one for each name and settings,
    or for each key.
    """

    batch: str | None = None
    molecule: str | None = None
    key: str | None = None
    series: str | None = None
    method: str | None = None
    ansatz: str | None = None
    basis: str | None = None
    backend: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    verdict: str | None = None
    status: str | None = None
    latest: Latest | None = None

    def __post_init__(self) -> None:
        """Check what can only be one of a few words.

        Raises:
            InputError: it is none of them.
        """
        for name, words in CHOICES.items():
            if (asked := getattr(self, name)) is not None and asked not in words:
                raise InputError(
                    f"no results have {name} = {asked!r}",
                    hint=f"it is one of {', '.join(words)}",
                    code="BAD_FILTER",
                )


def moment(given: str | date | None) -> datetime | None:
    """A date or moment, perhaps in ISO 8601, with a time zone: UTC where it has none.

    Raises:
        InputError: it is none.
    """
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given if isinstance(given, str) else given.isoformat())
    except ValueError:
        raise InputError(f"{given!r} is no date", hint="write it as 2026-03-01") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def find_lines(
    connection: Connection, question: Question
) -> tuple[Sequence[SQLRow[Any]], Sequence[SQLRow[Any]]]:
    """The rows that match, newest run first, and the energies of their results.

    Returns:
        Lines with :data:`COLUMNS`, ``result_id`` and ``extra``; lines with result_id, space,
        method, value [Ha], status.
    """
    wanted = _matching(question).subquery()
    rows = select(wanted).order_by(wanted.c.started.desc(), wanted.c.run.desc(), wanted.c.row)
    energies = select(Energy.result_id, Energy.space, Energy.method, Energy.value, Energy.status)
    energies = energies.where(Energy.value.is_not(None))
    if question != Question():
        energies = energies.where(Energy.result_id.in_(select(wanted.c.result_id)))
    return connection.execute(rows).all(), connection.execute(energies).all()


def _matching(question: Question) -> Select[Any]:
    rows: Select[Any] = (
        select(*COLUMNS, RunRow.result_id, RunRow.extra)
        .join(RunRow, RunRow.run_id == Run.id)
        .join(Result, Result.id == RunRow.result_id)
        .where(*_conditions(question))
    )
    if question.latest is None:
        return rows
    one: tuple[ColumnElement[Any], ...] = (_ROW.name, *SAME_SETTINGS)
    if question.latest == "key":
        one = (func.coalesce(Result.key, Result.id),)
    newest_first = (Run.started_at.desc(), Run.id.desc(), RunRow.row.desc())
    age = func.row_number().over(partition_by=one, order_by=newest_first)
    aged = rows.add_columns(age.label("age")).subquery()
    return select(*(column for column in aged.c if column.name != "age")).where(aged.c.age == 1)


def _lower(value: str | None) -> str | None:
    return None if value is None else value.lower()


def _conditions(question: Question) -> list[ColumnElement[bool]]:
    plain = {
        RunRow.series: question.series,
        RunRow.status: question.status,
        Result.ansatz: _lower(question.ansatz),
        func.lower(Result.basis): _lower(question.basis),
        Result.backend: _lower(question.backend),
    }
    found = [column == value for column, value in plain.items() if value is not None]
    if (batch := question.batch) is not None:
        meant = [Run.name == batch, Run.id == batch]
        if (prefix := as_prefix(batch)) is not None:
            meant.append(begins(Run.id, prefix))
        found.append(or_(*meant))
    if (molecule := question.molecule) is not None:
        names = (RunRow.name, Result.smiles, Result.inchikey, Result.formula)
        found.append(or_(*(name == molecule for name in names)))
    if (key := question.key) is not None:
        found.append(begins(Result.key, key.lower()))
    if (verdict := question.verdict) is not None:
        found.append(or_(Result.solver_verdict == verdict, Result.model_verdict == verdict))
    if question.since is not None:
        found.append(Run.started_at >= question.since)
    if question.until is not None:
        found.append(Run.started_at < question.until)
    if question.method is not None:
        theirs = and_(Energy.result_id == Result.id, Energy.method == question.method)
        found.append(select(Energy.method).where(theirs, Energy.status == "ok").exists())
    return found
