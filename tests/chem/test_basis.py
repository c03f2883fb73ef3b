import pytest

from molpipe.chem.basis import build_molecule, core_potential, uncovered
from molpipe.errors import UnsupportedMolecule
from tests.chem.molecules import atom, diatomic, water


def test_a_heavy_element_gets_the_core_potential_of_its_basis():
    molecule = build_molecule(diatomic("H", "I", 1.609), "def2-svp")
    assert molecule.nelectron == 26  # 54 less the 28 in the potential
    assert core_potential(molecule, "def2-svp") == "def2-svp on I"


def test_light_elements_stay_all_electron():
    molecule = build_molecule(water(), "def2-svp")
    assert molecule.nelectron == 10
    assert core_potential(molecule, "def2-svp") is None


def test_an_uncovered_element_is_named_with_a_basis_that_covers_it():
    with pytest.raises(UnsupportedMolecule) as caught:
        build_molecule(diatomic("H", "I", 1.609), "6-31g*")
    assert caught.value.code == "NO_BASIS"
    assert "6-31g*" in caught.value.message
    assert caught.value.message.endswith("for I")
    assert "def2-svp" in caught.value.hint


@pytest.mark.parametrize("name", ["nonsense", "/etc/hostname", "H S\n 1.0 1.0\n", "../basis.nw"])
def test_an_unknown_basis_is_refused_and_no_file_is_read(name):
    with pytest.raises(UnsupportedMolecule) as caught:
        build_molecule(water(), name)
    assert caught.value.code == "NO_BASIS"


def test_uncovered_lists_each_element_once():
    assert uncovered(["I", "H", "I", "C"], "6-31g*") == ("I",)


def test_a_bare_proton_has_no_electrons():
    with pytest.raises(UnsupportedMolecule) as caught:
        build_molecule(atom("H", charge=1), "sto-3g")
    assert caught.value.code == "NO_ELECTRONS"


@pytest.mark.parametrize(("charge", "multiplicity"), [(0, 2), (1, 1), (-1, 3), (0, 13)], ids=str)
def test_charge_and_multiplicity_must_go_together(charge, multiplicity):
    molecule = water()
    wrong = type(molecule)(
        symbols=molecule.symbols,
        coordinates=molecule.coordinates,
        charge=charge,
        multiplicity=multiplicity,
        origin="test",
    )
    with pytest.raises(UnsupportedMolecule) as caught:
        build_molecule(wrong, "sto-3g")
    assert caught.value.code == "CHARGE_SPIN_PARITY"
    assert str(multiplicity) in caught.value.message


def test_two_parallel_electrons_need_two_functions():
    with pytest.raises(UnsupportedMolecule) as caught:
        build_molecule(atom("He", multiplicity=3), "sto-3g")
    assert caught.value.code == "NO_BASIS"
