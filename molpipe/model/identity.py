"""Content keys: the one name of a result in the store, in Prefect and in results.json.

A key is the SHA-256 of canonical JSON, where floats are written exactly and arrays stand
for the SHA-256 of their C-contiguous float64 bytes. Limits, workers, paths, names and
library versions are in no key.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Final

import numpy as np

from molpipe.model.molecule import Geometry, MoleculeRecord
from molpipe.model.settings import Settings

COORDINATE_DECIMALS: Final = 6
"""Coordinates [angstrom] are rounded to this before anything is computed or hashed."""

STAGE_VERSIONS: Final[Mapping[str, int]] = {
    "geometry": 1,
    "problem": 2,
    "reference": 2,
    "vqe": 2,
    "nevpt2": 1,
    "baseline": 1,
    "result": 2,
    "batch": 1,
}
"""Raise the version of a stage when its code would give another number."""

ANSATZ_SETTINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "upccgsd": ("layers",),
    "adapt": ("adapt_gradient", "adapt_operators"),
    "lucj": ("layers", "connectivity"),
    "hardware-efficient": ("layers",),
}
"""Settings that one ansatz reads and the others do not."""


def content_key(stage: str, **parts: object) -> str:
    """The key of what ``stage`` makes from ``parts`` (hexadecimal SHA-256)."""
    document = {"stage": stage, "version": STAGE_VERSIONS[stage], "parts": _canonical(parts)}
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return (value + 0.0).hex()  # -0.0 becomes 0.0
    if isinstance(value, np.ndarray):
        array = np.ascontiguousarray(value, dtype=np.float64) + 0.0
        digest = hashlib.sha256(array.tobytes()).hexdigest()
        return {"shape": list(array.shape), "sha256": digest}
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: _canonical(getattr(value, name)) for name in names}
    raise TypeError(f"a content key cannot hold a {type(value).__name__}")


def geometry_key(molecule: MoleculeRecord, settings: Settings) -> str:
    """Key of the geometry that is made for a molecule; ``fragments`` is in the molecule itself."""
    given = molecule.geometry
    if given is not None:
        return content_key("geometry", **_positions(given))
    conformer = settings.conformer
    return content_key(
        "geometry",
        smiles=molecule.smiles,
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        refine=conformer.refine,
        basis=None if conformer.refine == "none" else settings.basis,
        candidates=conformer.candidates,
        seed=settings.seed,
    )


def problem_key(geometry: Geometry, settings: Settings, neighbour: str | None = None) -> str:
    """Key of the active-space Hamiltonian; ``neighbour`` is that of the problem it follows."""
    limited = settings.explicit_space is None and settings.active_space != "full"
    return content_key(
        "problem",
        **_positions(geometry),
        basis=settings.basis,
        frozen_core=settings.frozen_core,
        active_space=settings.active_space,
        max_qubits=settings.max_qubits if limited else None,
        orbitals=settings.orbitals,
        solvent=settings.solvent,
        **_following(neighbour),
    )


def reference_key(problem: str, settings: Settings) -> str:
    """Key of the classical references of the problem with key ``problem``."""
    return content_key("reference", problem=problem, full_space=settings.full_space)


def vqe_key(reference: str, settings: Settings, neighbour: str | None = None) -> str:
    """Key of the VQE that starts from the references with key ``reference``, and from the
    optimum of the VQE with key ``neighbour``.
    """
    names = (
        "ansatz",
        "start",
        "backend",
        "mapping",
        "optimizer",
        "gradient_tolerance",
        "max_iterations",
        "restarts",
        "seed",
        "shots",
        *ANSATZ_SETTINGS.get(settings.ansatz, ()),
    )
    chosen = {name: getattr(settings, name) for name in names}
    return content_key("vqe", reference=reference, **chosen, **_following(neighbour))


def nevpt2_key(vqe: str) -> str:
    """Key of NEVPT2 on CASCI and on the state of the VQE with key ``vqe``."""
    return content_key("nevpt2", vqe=vqe)


def baseline_key(geometry: Geometry, settings: Settings) -> str:
    """Key of the density-functional baseline: no active space is in it."""
    return content_key(
        "baseline",
        **_positions(geometry),
        basis=settings.basis,
        solvent=settings.solvent,
        functional=settings.baseline,
    )


def result_key(vqe: str, settings: Settings) -> str:
    """Key of a finished row: its comparison follows from the stages before it."""
    return content_key("result", vqe=vqe, nevpt2=settings.nevpt2, baseline=settings.baseline)


def refusal_key(stage_key: str) -> str:
    """Where the store keeps that the stage with this key refused its input."""
    return hashlib.sha256(f"refusal of {stage_key}".encode()).hexdigest()


def _following(neighbour: str | None) -> dict[str, str]:
    """Nothing for a row that stands alone, so that its key does not know of series."""
    return {} if neighbour is None else {"neighbour": neighbour}


def _positions(geometry: Geometry) -> dict[str, object]:
    return {
        "symbols": geometry.symbols,
        "coordinates": np.round(geometry.coordinates, COORDINATE_DECIMALS),
        "charge": geometry.charge,
        "multiplicity": geometry.multiplicity,
    }
