"""Model types to bytes and back.

A stored value is one JSON document. A dataclass is an object with ``"$type"``; an array is
base64 of its little-endian float64 bytes, so that every number comes back bit for bit;
of settings, those that are not the default. The outermost object carries the schema version
of its type: a type that changes raises it, adds a migration here and leaves a golden file in
``tests/golden``.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import numpy as np

from molpipe.errors import CorruptRecord, SchemaTooNew
from molpipe.model.comparison import Comparison, LadderStep, Model, Solver
from molpipe.model.corrections import Baseline, SecondOrder
from molpipe.model.molecule import Failure, Geometry, MoleculeRecord
from molpipe.model.orders import VQEOrder, VQEOrders, VQEOutcome
from molpipe.model.problem import ActiveSpaceProblem, MeanField, ReactionField
from molpipe.model.results import (
    ActiveEnergies,
    Amplitudes,
    CircuitCheck,
    Diagnostics,
    EnergyValue,
    FullEnergies,
    ReferenceEnergies,
    TracePoint,
    VQEResult,
)
from molpipe.model.settings import Settings
from molpipe.model.solvents import Solvent

_TYPES: Final[Mapping[str, type]] = {
    kind.__name__: kind
    for kind in (
        *(Geometry, MoleculeRecord, Failure, MeanField, ActiveSpaceProblem),
        *(ReactionField, Solvent),
        *(EnergyValue, ActiveEnergies, FullEnergies, Amplitudes, Diagnostics, ReferenceEnergies),
        *(TracePoint, CircuitCheck, VQEResult, SecondOrder, Baseline),
        *(Comparison, Solver, Model, LadderStep),
        *(VQEOrder, VQEOrders, VQEOutcome),
    )
}

T = TypeVar("T")

Migration = Callable[[dict[str, Any]], dict[str, Any]]


def _added(body: dict[str, Any]) -> dict[str, Any]:
    """Fields were added: what is stored lacks them and they take their defaults."""
    return body


MIGRATIONS: Final[Mapping[tuple[str, int], Migration]] = {
    ("ActiveSpaceProblem", 1): _added,
    ("Comparison", 1): _added,
    ("ReferenceEnergies", 1): _added,
}
"""(type, version) -> function that lifts the JSON of that version to the next one."""


def encode(value: object) -> bytes:
    """The stored form of a model type that has a schema version."""
    kind = type(value).__name__
    if "SCHEMA_VERSION" not in vars(_TYPES.get(kind, object)):
        raise TypeError(f"{kind} is no stored type: it has no schema version")
    document = {"version": _version(kind), "value": _to_json(value)}
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()


def decode(stored: bytes, kind: type[T]) -> T:
    """The value of type ``kind`` that :func:`encode` stored, now or in any earlier version.

    Raises:
        SchemaTooNew: a newer molpipe wrote it.
        CorruptRecord: it is no stored value.
    """
    try:
        document = json.loads(stored)
        body, version = document["value"], int(document["version"])
        name = body["$type"]
        current = _version(name)
        if version > current:
            raise SchemaTooNew(
                f"{name} has schema version {version}, this molpipe reads up to {current}",
                hint="upgrade molpipe, or point it at another result database",
            )
        for step in range(version, current):
            body = MIGRATIONS[name, step](body)
        value = _from_json(body)
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptRecord(
            f"a stored record cannot be read ({type(error).__name__}: {error})",
            hint="it will be computed again",
        ) from error
    if not isinstance(value, kind):
        raise CorruptRecord(
            f"a stored {kind.__name__} turned out to be a {name}", hint="it will be computed again"
        )
    return value


def _version(kind: str) -> int:
    return int(vars(_TYPES[kind])["SCHEMA_VERSION"])


def _to_json(value: object) -> Any:
    if isinstance(value, np.ndarray):
        data = np.ascontiguousarray(value, dtype="<f8").tobytes()
        return {"$array": base64.b64encode(data).decode(), "shape": list(value.shape)}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Settings):
        return {"$settings": value.model_dump(mode="json", exclude_defaults=True)}
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    if dataclasses.is_dataclass(value):
        fields = {f.name: _to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"$type": type(value).__name__, **fields}
    return value


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_from_json(item) for item in value)
    if not isinstance(value, dict):
        return value
    if "$array" in value:
        flat = np.frombuffer(base64.b64decode(value["$array"], validate=True), dtype="<f8")
        return flat.reshape(value["shape"])
    if "$settings" in value:
        return Settings.model_validate(value["$settings"])
    kind = _TYPES[value["$type"]]
    return kind(**{name: _from_json(item) for name, item in value.items() if name != "$type"})
