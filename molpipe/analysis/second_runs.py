"""Rungs of the ladder that another row of the batch measured: a second basis, no frozen core."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from molpipe.analysis.ladder import BASIS, FROZEN_CORE
from molpipe.analysis.model import OPTIMISED
from molpipe.model.arrays import FloatArray
from molpipe.model.comparison import LadderStep
from molpipe.model.document import FullEnergiesBlock, MoleculeBlock, Row
from molpipe.units import mha

SAME_GEOMETRY: Final = 1e-3
"""Largest difference of two interatomic distances [angstrom] in one geometry."""

SAME_MINIMUM: Final = 0.1
"""The same where both were optimised, each in its own basis: another conformer differs more."""

_METHODS: Final = (("ccsd_t", "CCSD(T)"), ("ccsd", "CCSD"), ("mp2", "MP2"), ("hf", "Hartree-Fock"))
"""In all orbitals, the best first."""

_DIFFER: Final = {BASIS: "basis", FROZEN_CORE: "frozen_core"}
"""Rung -> the setting in which the two rows differ."""


def measure_second_runs(rows: Iterable[Row]) -> list[Row]:
    """The rows with a rung that another row measures, with that rung filled in."""
    compared = [row for row in rows if row.comparison and row.energies and row.molecule]
    return [changed for row in compared if (changed := _with_rungs(row, compared)) is not row]


def _with_rungs(row: Row, others: Sequence[Row]) -> Row:
    assert row.comparison is not None
    ladder = tuple(_rung(step, row, others) for step in row.comparison.ladder)
    if ladder == row.comparison.ladder:
        return row
    return replace(row, comparison=replace(row.comparison, ladder=ladder))


def _rung(step: LadderStep, row: Row, others: Sequence[Row]) -> LadderStep:
    """By the other row with the lowest Hartree-Fock energy, which has the largest basis."""
    if step.step not in _DIFFER or step.mha is not None:
        return step
    second = [other for other in others if _differ_only_in(_DIFFER[step.step], row, other)]
    measured = (_difference(step, row, other) for other in sorted(second, key=_hf_energy))
    return next((found for found in measured if found is not None), step)


def _differ_only_in(setting: str, row: Row, other: Row) -> bool:
    assert row.molecule is not None
    assert other.molecule is not None
    fixed = {"basis", "frozen_core", "solvent"} - {setting}
    return (
        row.settings.get(setting) != other.settings.get(setting)
        and all(row.settings.get(name) == other.settings.get(name) for name in fixed)
        and same_state(row.molecule, other.molecule)
    )


def same_state(one: MoleculeBlock, two: MoleculeBlock) -> bool:
    """Whether they are one geometry with one charge and one multiplicity."""
    if one.geometry is None or two.geometry is None:
        return False
    (these, here), (those, there) = _distances(one), _distances(two)
    if (these, one.charge, one.multiplicity) != (those, two.charge, two.multiplicity):
        return False
    optimised = all(OPTIMISED in (molecule.geometry_source or "") for molecule in (one, two))
    return bool(np.abs(here - there).max() < (SAME_MINIMUM if optimised else SAME_GEOMETRY))


def _distances(molecule: MoleculeBlock) -> tuple[list[str], FloatArray]:
    assert molecule.geometry is not None
    symbols = [symbol for symbol, *_ in molecule.geometry]
    places = np.array([place for _, *place in molecule.geometry])
    return symbols, np.linalg.norm(places[:, None] - places[None], axis=2)


def _full(row: Row) -> FullEnergiesBlock:
    assert row.energies is not None
    return row.energies.full


def _hf_energy(row: Row) -> float:
    return _full(row).hf.value or 0.0


def _difference(step: LadderStep, row: Row, other: Row) -> LadderStep | None:
    for method, name in _METHODS:
        here, there = (getattr(_full(r), method).good for r in (row, other))
        if here is None or there is None or not _means_something(method, step.step, row, other):
            continue
        what = (
            f"{other.settings['basis']} − {row.settings['basis']}"
            if step.step == BASIS
            else "all electrons − frozen core"
        )
        return LadderStep(
            step=step.step,
            mha=mha(there - here),
            bound="estimate",
            source=f"{what}, {name} in all orbitals, row {other.row} ({other.name})",
        )
    return None


def _means_something(method: str, step: str, row: Row, other: Row) -> bool:
    """Coupled cluster must be allowed to judge both rows; Hartree-Fock knows no frozen core."""
    if method == "hf":
        return step == BASIS
    judged = all(r.diagnostics and r.diagnostics.may_ccsd_judge for r in (row, other))
    return judged or method == "mp2"
