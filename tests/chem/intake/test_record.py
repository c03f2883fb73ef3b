"""Charge, spin and electrons: columns over structures, and no impossible state."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from molpipe.chem.intake.elements import hill_formula
from molpipe.chem.intake.entry import Fields
from molpipe.chem.intake.record import make_record
from molpipe.chem.intake.smiles_file import smiles_structure
from molpipe.chem.intake.structure import Structure
from molpipe.errors import InputError


def record(smiles, **cells):
    made, warnings = make_record(smiles_structure(smiles), Fields(**cells), "test")
    return made, [warning.code for warning in warnings]


@given(charge=st.integers(-12, 12), multiplicity=st.integers(-2, 15))
def test_a_record_has_a_possible_spin_or_is_refused(charge, multiplicity):
    structure = Structure(symbols=("O", "H", "H"), coordinates=np.eye(3))
    fields = Fields(charge=str(charge), multiplicity=str(multiplicity))
    unpaired, electrons = multiplicity - 1, 10 - charge
    possible = 0 <= unpaired <= electrons and (electrons - unpaired) % 2 == 0 and electrons > 0
    if possible:
        made, _ = make_record(structure, fields, "test")
        assert (made.n_electrons, made.multiplicity) == (electrons, multiplicity)
    else:
        with pytest.raises(InputError):
            make_record(structure, fields, "test")


def test_the_charge_column_wins_and_the_spin_follows():
    made, codes = record("O", charge="1")
    assert (made.charge, made.multiplicity, made.n_electrons) == (1, 2, 9)
    assert codes == ["CHARGE_MISMATCH", "MULTIPLICITY_ASSUMED"]


def test_a_stated_multiplicity_is_not_ambiguous():
    assert record("O=O", multiplicity="1")[1] == []
    assert record("[O][O]", multiplicity="3")[1] == []


@pytest.mark.parametrize("smiles", ["CCO", "O", "c1ccncc1", "ClC(Br)I", "[LiH]", "S(=O)(=O)(O)O"])
def test_the_formula_is_rdkits(smiles):
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    symbols = [atom.GetSymbol() for atom in molecule.GetAtoms()]
    assert hill_formula(symbols) == CalcMolFormula(molecule)
