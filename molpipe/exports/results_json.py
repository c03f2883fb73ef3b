"""results.json: written whole or not at all, and read back only if it is what it says."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from pydantic import TypeAdapter, ValidationError

from molpipe.errors import CorruptRecord, InvariantError, SchemaTooNew
from molpipe.files import write_text
from molpipe.model.document import SCHEMA_VERSION, Results
from molpipe.model.finite import not_finite


def write(results: Results, path: Path) -> None:
    """Write ``results`` to ``path``; a reader sees the old file or the new one, never a half.

    Raises:
        InvariantError: a number is NaN or infinite; names the row and the field.
        OSError: the folder cannot be written.
    """
    write_text(path, to_json(results))


def read(path: Path) -> Results:
    """The results that :func:`write` wrote.

    Raises:
        SchemaTooNew: a newer molpipe wrote the file.
        CorruptRecord: the file is no results.json.
        OSError: the file cannot be read.
    """
    try:
        document = json.loads(path.read_bytes(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _corrupt(path, str(error)) from error
    _check_version(document, path)
    try:
        return _adapter().validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _corrupt(path, f"{place}: {first['msg']}") from error


def to_json(results: Results) -> str:
    """The text of results.json: energies [Ha], differences [mHa], lengths [angstrom], times [s].

    Raises:
        InvariantError: a number is NaN or infinite; names the row and the field.
    """
    document = {
        "schema_version": results.schema_version,
        "batch": _plain(results.batch),
        "rows": _plain(results.rows),
        "reactions": _plain(results.reactions),
        "rankings": _plain(results.rankings),
        "series": _plain(results.series),
    }
    try:
        return _layout(document) + "\n"
    except ValueError:  # as json says it, which does not say where
        raise _broken(results) from None


def schema() -> dict[str, Any]:
    """The JSON schema of results.json."""
    return _adapter().json_schema(mode="serialization")


@cache
def _adapter() -> TypeAdapter[Results]:
    return TypeAdapter(Results)


def _broken(results: Results) -> InvariantError:
    places = {f"row {row.row} ({row.name})": row for row in results.rows} | {"the run": results}
    where = filter(None, (not_finite(value, place) for place, value in places.items()))
    return InvariantError(
        f"{next(where)}, which must never leave molpipe",
        hint="please report this with the row's input: it is a bug",
    )


def _plain(value: object) -> Any:
    """``value`` as JSON has it."""
    if isinstance(value, np.generic):
        return value.item()
    if dataclasses.is_dataclass(value):
        value = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _layout(value: Any, indent: str = "") -> str:
    """JSON, indented, with everything that holds no further structure on one line."""
    items = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list) or not any(isinstance(i, dict | list) for i in items):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(key, ensure_ascii=False)}: {_layout(item, deeper)}"
            for key, item in value.items()
        ]
        opening, closing = "{", "}"
    else:
        lines = [_layout(item, deeper) for item in value]
        opening, closing = "[", "]"
    body = ",\n".join(deeper + line for line in lines)
    return f"{opening}\n{body}\n{indent}{closing}"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check_version(document: object, path: Path) -> None:
    version = document.get("schema_version") if isinstance(document, dict) else None
    if not isinstance(version, int):
        raise _corrupt(path, "it has no schema_version")
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path} has schema version {version}, this molpipe reads up to {SCHEMA_VERSION}",
            hint="upgrade molpipe",
        )


def _corrupt(path: Path, reason: str) -> CorruptRecord:
    return CorruptRecord(
        f"{path} is no results.json ({reason})",
        hint="molpipe report draws the run again from the result database",
    )
