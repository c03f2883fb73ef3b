"""Molecules, and rows that became none."""

import dataclasses

import pytest

from molpipe.errors import InvalidMolecule
from molpipe.model.molecule import BatchRow, Failure, Source
from tests.model.samples import FAILURE, GEOMETRY, MOLECULE


def test_atoms_are_symbols_with_coordinates():
    assert GEOMETRY.atoms == [("Li", (0.0, 0.0, 0.0)), ("H", (0.0, 0.0, 1.5949))]


def test_one_position_for_each_symbol():
    with pytest.raises(ValueError, match=r"shape \(1, 3\), got \(2, 3\)"):
        dataclasses.replace(GEOMETRY, symbols=("Li",))


def test_multiplicity_counts_from_one():
    with pytest.raises(ValueError, match="got 0"):
        dataclasses.replace(GEOMETRY, multiplicity=0)


def test_a_failure_says_what_its_error_said():
    error = InvalidMolecule("no valence 5 on C", hint="check the SMILES").at("intake")
    assert Failure.of(error) == Failure(
        stage="intake",
        code="INVALID_MOLECULE",
        message="no valence 5 on C",
        hint="check the SMILES",
    )


@pytest.mark.parametrize("outcome", [{}, {"molecule": MOLECULE, "failure": FAILURE}])
def test_a_row_is_either_a_molecule_or_a_failure(outcome):
    with pytest.raises(ValueError, match="row 3"):
        BatchRow(row=3, name="x", input="C", source=Source(file="a.csv", frame=1), **outcome)
