"""Between a row of results.json and the lines that hold it.

What came of a row stands once in ``results``, ``energies`` and ``documents``, under the SHA-256
of its document, however many runs hold it; what is a run's own stands in ``run_rows``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection
from sqlalchemy import Row as SQLRow

from molpipe.errors import CorruptRecord
from molpipe.model.document import EnergiesBlock, Row
from molpipe.model.molecule import Source
from molpipe.store.database import insert_new, upsert
from molpipe.store.schema import Document, Energy, Result, RunRow

Line = dict[str, Any]

FACTS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    column.name: tuple(tuple(path.split(".")) for path in column.info["paths"])
    for column in Result.__table__.c
    if "paths" in column.info
}
"""Columns of ``results`` and the places in a row where they may stand."""

_NO_RUN: Final[Mapping[str, Any]] = {
    "row": 0,
    "name": "",
    "input": "",
    "source": Source(file="", frame=0),
    "reused": False,
    "duplicate_of": None,
    "series": None,
    "coordinate": None,
    "extra": {},
}
"""What is a run's own, left empty in a document."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A row as lines; those of a result that is there already need not be written."""

    row: Line
    result: Line
    energies: tuple[Line, ...]
    document: Line

    def keep(self, connection: Connection) -> None:
        """Write what is not there yet, in the transaction of ``connection``."""
        if insert_new(connection, Result, self.result):
            insert_new(connection, Document, self.document)
            if self.energies:
                insert_new(connection, Energy, *self.energies)
        upsert(connection, RunRow, self.row)


def answer(row: Row) -> Answer:
    """A row taken apart; its line of ``run_rows`` lacks the run and the moment."""
    document = _rows().dump_json(replace(row, **_NO_RUN)).decode()
    digest = _digest(document)
    return Answer(
        row={
            "row": row.row,
            "result_id": digest,
            "name": row.name,
            "status": row.status,
            "reused": row.reused,
            "duplicate_of": row.duplicate_of,
            "series": row.series,
            "coordinate": row.coordinate,
            "origin": {"input": row.input, "file": row.source.file, "frame": row.source.frame},
            "extra": dict(row.extra),
        },
        result={
            "id": digest,
            "key": row.key,
            "stage_keys": dict(row.stage_keys),
            **{name: _first(row, paths) for name, paths in FACTS.items()},
        },
        energies=tuple(_energies(digest, row.energies)) if row.energies else (),
        document={"result_id": digest, "document": document},
    )


def whole_row(line: SQLRow[Any]) -> Row:
    """The row of a line of ``run_rows`` with its document.

    Raises:
        CorruptRecord: the document is none, or not the one that was kept.
    """
    try:
        row = read_document(line.document, line.result_id)
    except CorruptRecord as error:
        place = f"row {line.row} of run {line.run_id}"
        raise CorruptRecord(f"{place} cannot be read ({error.message})", hint=error.hint) from error
    origin = line.origin
    return replace(
        row,
        row=line.row,
        name=line.name,
        input=origin["input"],
        source=Source(file=origin["file"], frame=origin["frame"]),
        reused=line.reused,
        duplicate_of=line.duplicate_of,
        series=line.series,
        coordinate=line.coordinate,
        extra=line.extra,
    )


def read_document(document: str, result_id: str) -> Row:
    """The row that a document holds; what is a run's own is empty in it.

    Raises:
        CorruptRecord: it is no row, or not the one with this SHA-256.
    """
    hint = "run the batch again"
    try:
        row = _rows().validate_json(document)
    except ValidationError as error:
        raise CorruptRecord(f"{error.error_count()} errors", hint=hint) from error
    if _digest(document) != result_id:
        raise CorruptRecord("it was changed since it was kept", hint=hint)
    return row


@cache
def _rows() -> TypeAdapter[Row]:
    return TypeAdapter(Row)


def _digest(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def _energies(digest: str, block: EnergiesBlock) -> Iterator[Line]:
    for space in ("active", "full"):
        energies = getattr(block, space)
        for item in fields(energies):
            energy = getattr(energies, item.name)
            if energy.status != "not-requested":
                yield {
                    "result_id": digest,
                    "space": space,
                    "method": item.name,
                    "value": energy.value,
                    "status": energy.status,
                    "s2": energy.s2,
                }


def _first(row: Row, paths: tuple[tuple[str, ...], ...]) -> Any:
    """What stands at the first path that is not null."""
    for path in paths:
        value: Any = row
        for name in path:
            if isinstance(value, Mapping):
                value = value.get(name)
            else:
                value = value[int(name)] if isinstance(value, tuple) else getattr(value, name)
            if value is None:
                break
        else:
            return value
    return None
