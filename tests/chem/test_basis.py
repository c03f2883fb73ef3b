import pytest
from pyscf.data import elements

from molpipe.chem.basis import GHOST, build_molecule, core_potential, uncovered
from molpipe.errors import UnsupportedMolecule
from tests.chem.molecules import atom, diatomic, geometry, water


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


@pytest.mark.parametrize(
    "name", ["ccecp-cc-pvdz", "bfd-vdz", "gth-dzvp", "def2-svp-ri", "weigend", "cc-pvdz-jkfit"]
)
def test_a_basis_without_its_potential_or_made_to_fit_is_refused(name):
    """PySCF converges all of these, some without a word, to the energy of no molecule."""
    with pytest.raises(UnsupportedMolecule) as caught:
        build_molecule(water(), name)
    assert caught.value.code == "NO_BASIS"


def test_every_element_of_a_basis_with_potentials_is_covered():
    symbols = elements.ELEMENTS[1:55]
    assert uncovered(symbols, "def2-svp") == ()
    assert uncovered([f"{GHOST}{symbol}" for symbol in symbols], "def2-svp") == ()
    assert set(uncovered(symbols, "def2-mtzvp")) == set(elements.ELEMENTS[37:55])
    assert uncovered(symbols[:53], "sto-3g") == ()


def test_uncovered_lists_each_element_once():
    assert uncovered(["I", "H", "I", "C"], "6-31g*") == ("I",)


def test_a_ghost_has_the_functions_of_its_element_and_nothing_else():
    alone = build_molecule(diatomic("H", "H", 0.74), "def2-svp")
    ghost = build_molecule(
        geometry([("H", 0, 0, 0), ("H", 0, 0, 0.74), ("ghost-I", 0, 0, 2)]), "def2-svp"
    )
    iodine = build_molecule(atom("I", multiplicity=2), "def2-svp")
    assert ghost.nao == alone.nao + iodine.nao
    assert (ghost.nelectron, ghost.energy_nuc()) == (2, alone.energy_nuc())
    assert core_potential(ghost, "def2-svp") is None
    assert uncovered(["ghost-I"], "6-31g*") == ("ghost-I",)


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
