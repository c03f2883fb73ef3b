"""Molecules in several Hamiltonians are found, and nothing else is taken for them."""

from __future__ import annotations

from dataclasses import replace

from molpipe.analysis.convergence import space_studies
from tests.sample_results import answered, sample_results

STRETCHED = (("O", 0.0, 0.0, 0.2), ("H", 0.0, 0.8, -0.5), ("H", 0.0, -0.8, -0.5))


def numbered(*rows):
    return [replace(row, row=k) for k, row in enumerate(rows, start=1)]


def test_spaces_of_one_molecule_stand_by_basis_then_size():
    rows = numbered(
        answered("large", space=(8, 6)),
        answered("small", space=(4, 4)),
        answered("double zeta", basis="cc-pvdz", space=(4, 4)),
    )
    (study,) = space_studies(rows)
    assert study.name == "large"
    assert [row.name for row in study.rows] == ["double zeta", "small", "large"]
    assert {basis: len(found) for basis, found in study.by_basis().items()} == {
        "cc-pvdz": 1, "sto-3g": 2,
    }  # fmt: skip


def test_another_geometry_charge_or_solvent_is_another_molecule():
    row = answered(space=(4, 4))
    problem = answered(space=(6, 5)).problem
    others = [
        answered(space=(6, 5), geometry=STRETCHED),
        replace(row, problem=problem, molecule=replace(row.molecule, charge=1)),
        replace(row, problem=replace(problem, solvent="ddcosmo:water")),
    ]
    for other in others:
        assert space_studies(numbered(row, other)) == ()


def test_another_ansatz_in_the_same_space_is_no_study():
    row = answered()
    assert space_studies(numbered(row, replace(row, name="again"))) == ()


def test_rows_without_energies_are_passed_over():
    failed = [row for row in sample_results().rows if row.energies is None]
    assert space_studies(failed) == ()
    assert space_studies([]) == ()
