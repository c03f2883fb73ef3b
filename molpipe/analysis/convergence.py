"""One molecule in several active spaces or basis sets: whether its energies have settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from molpipe.analysis.second_runs import same_state
from molpipe.model.document import Row


@dataclass(frozen=True, kw_only=True)
class SpaceStudy:
    """Rows of one molecule in one geometry, by basis, then by the size of the space."""

    name: str
    rows: tuple[Row, ...]

    def by_basis(self) -> dict[str, tuple[Row, ...]]:
        """The rows of every basis."""
        bases = dict.fromkeys(_basis(row) for row in self.rows)
        return {b: tuple(row for row in self.rows if _basis(row) == b) for b in bases}


def space_studies(rows: Iterable[Row]) -> tuple[SpaceStudy, ...]:
    """The molecules that were computed in more than one Hamiltonian, in the order of the batch.

    Rows with the same Hamiltonian (another ansatz, a duplicate) count once, the first of them.
    """
    studies = [_study(group) for group in _same_molecules(rows)]
    found = [study for study in studies if len(study.rows) > 1]
    return tuple(sorted(found, key=lambda study: min(row.row for row in study.rows)))


def _same_molecules(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Neighbours in size are compared, so that a long batch takes no square of its length."""
    compared = [row for row in rows if row.energies and row.problem and row.molecule]
    group: list[Row] = []
    for row in sorted(compared, key=_size):
        if group and not _belong_together(group[-1], row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _size(row: Row) -> tuple[str, str, int, int, float]:
    assert row.molecule is not None
    assert row.problem is not None
    molecule = row.molecule
    places = np.array([place for _, *place in molecule.geometry or ()]).reshape(-1, 3)
    extent = float(np.linalg.norm(places - places.mean(axis=0))) if len(places) else 0.0
    return row.problem.solvent, molecule.formula, molecule.charge, molecule.multiplicity, extent


def _belong_together(one: Row, two: Row) -> bool:
    assert one.molecule is not None
    assert two.molecule is not None
    return _size(one)[:-1] == _size(two)[:-1] and same_state(one.molecule, two.molecule)


def _study(group: Sequence[Row]) -> SpaceStudy:
    ordered = sorted(group, key=lambda row: row.row)
    different = list({_hamiltonian(row): row for row in reversed(ordered)}.values())
    name = min(different, key=lambda row: row.row).name
    return SpaceStudy(name=name, rows=tuple(sorted(different, key=_hamiltonian)))


def _basis(row: Row) -> str:
    assert row.problem is not None
    return row.problem.basis


def _hamiltonian(row: Row) -> tuple[str, int, int, str, int]:
    problem = row.problem
    assert problem is not None
    electrons, kept = sum(problem.active_electrons), problem.n_core_orbitals
    return problem.basis, problem.active_orbitals, electrons, problem.orbitals, kept
