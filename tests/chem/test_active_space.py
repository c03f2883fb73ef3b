import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyscf import mcscf, mp

from molpipe.chem.active_space import Candidates, choose, frozen_core
from molpipe.chem.active_space.natural import NoNaturalOrbitals, natural_orbitals
from molpipe.chem.basis import build_molecule
from molpipe.chem.conformer import embed
from molpipe.chem.intake import read_smiles
from molpipe.chem.meanfield import solve, solve_keeping_integrals, workspace
from molpipe.chem.problem import active_problem, build_problem
from molpipe.chem.reference.casci import solve_casci
from molpipe.errors import ActiveSpaceError
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import atom, benzene, diatomic, methyl, water


def candidates(energies, occupations, *, core=0, singles=0, label="mp2-natural"):
    """Candidates with the given energies [Ha]; more than one electron means occupied."""
    double = sum(n > 1.5 for n in occupations) - core
    return Candidates(
        label=label,
        note="",
        coefficients=np.eye(len(energies)),
        occupations=np.array(occupations),
        energies=np.array(energies),
        n_core=core,
        n_double=double,
        n_single=singles,
        n_empty=len(energies) - core - double - singles,
    )


@st.composite
def any_candidates(draw):
    """Shells of one to three orbitals, any number of electrons."""
    core = draw(st.integers(0, 2))
    singles = draw(st.integers(0, 2))
    shells = st.lists(st.integers(1, 3), min_size=1, max_size=5)
    occupied, empty = draw(shells), draw(shells)
    energies = [-20.0] * core
    for i, size in enumerate(occupied):
        energies += [-10.0 + i] * size
    energies += [0.0] * singles
    for i, size in enumerate(empty):
        energies += [1.0 + i] * size
    n_double = core + sum(occupied)
    occupations = [1.99] * n_double + [1.0] * singles + [0.01] * sum(empty)
    return candidates(energies, occupations, core=core, singles=singles)


@given(any_candidates(), st.integers(4, 24))
def test_auto_keeps_its_promises(found, max_qubits):
    settings = Settings(max_qubits=max_qubits)
    try:
        choice = choose(found, settings)
    except ActiveSpaceError:
        return  # the next test asks for more
    n_orbitals = choice.n_double + found.n_single + choice.n_empty
    assert 2 * n_orbitals <= max_qubits
    assert choice.n_empty >= 1
    assert choice.n_double + found.n_single >= 1
    assert not found.cuts_shell(choice.n_double, choice.n_empty)
    assert choice.reason


@given(any_candidates())
def test_the_suggested_number_of_qubits_is_enough(found):
    try:
        choose(found, Settings(max_qubits=4))
    except ActiveSpaceError as error:
        needed = int(error.hint.split("max_qubits to ")[1].split(",")[0])
        assert choose(found, Settings(max_qubits=needed)).n_empty >= 1


@given(any_candidates(), st.integers(1, 12), st.integers(1, 12))
def test_a_named_space_is_taken_or_another_named_that_fits(found, n_electrons, n_orbitals):
    if n_electrons > 2 * n_orbitals:
        return
    settings = Settings(active_space=f"{n_electrons},{n_orbitals}")
    try:
        choice = choose(found, settings)
    except ActiveSpaceError as error:
        fitting = error.hint.split('"')[1]
        choice = choose(found, Settings(active_space=fitting))
        assert choice.n_empty >= 1
    else:
        assert 2 * choice.n_double + found.n_single == n_electrons
        assert choice.n_double + found.n_single + choice.n_empty == n_orbitals


def test_auto_takes_everything_that_fits():
    choice = choose(candidates([-1.0, 1.0], [1.9, 0.1]), Settings(max_qubits=4))
    assert (choice.n_double, choice.n_empty) == (1, 1)


def test_auto_takes_pairs_and_fills_up_once_a_side_is_used_up():
    energies = [-1.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    found = candidates(energies, [1.9, 0.1, 0.05, 0.04, 0.03, 0.02])
    choice = choose(found, Settings(max_qubits=8))
    assert (choice.n_double, choice.n_empty) == (1, 3)


def test_auto_takes_the_most_active_pairs():
    found = candidates([-4.0, -3.0, -2.0, 1.0, 2.0, 3.0], [1.99, 1.95, 1.9, 0.1, 0.05, 0.01])
    choice = choose(found, Settings(max_qubits=8))
    assert (choice.n_double, choice.n_empty) == (2, 2)
    assert "1.950" in choice.reason
    assert "1.990" in choice.reason  # what was left out


@pytest.mark.parametrize(
    ("space", "words"),
    [
        ("5,4", "unpaired"),
        ("12,9", "8 electrons"),
        ("8,4", "no empty orbital"),
        ("4,40", "empty orbitals"),
    ],
)
def test_a_space_that_does_not_fit_water_says_why(space, words):
    with pytest.raises(ActiveSpaceError, match=words) as caught:
        build_problem(water(), Settings(basis="6-31g", active_space=space))
    assert "fits" in caught.value.hint


def test_a_named_space_that_cuts_a_shell_is_kept_and_says_so():
    problem = build_problem(benzene(), Settings(basis="sto-3g", active_space="2,2"))
    assert problem.nelec == (1, 1)
    assert "degenerate shell" in problem.selection_reason


@pytest.mark.parametrize("max_qubits", [8, 10, 12])
def test_auto_leaves_the_pi_shells_of_benzene_whole(max_qubits):
    problem = build_problem(benzene(), Settings(basis="sto-3g", max_qubits=max_qubits))
    n = 4 if max_qubits < 12 else 6
    assert problem.n_orbitals == n
    assert sum(problem.nelec) == n


@pytest.mark.parametrize(
    "molecule",
    [water(), diatomic("N", "N", 1.0977), methyl(), diatomic("O", "O", 1.2075, multiplicity=3)],
    ids=["H2O", "N2", "CH3", "O2"],
)
def test_natural_orbitals_keep_the_determinant(molecule):
    """Each occupied block spans the same space, so the energy is that of the mean field."""
    mean_field = solve(molecule, Settings(basis="6-31g"))
    space = workspace(build_molecule(molecule, "6-31g"))
    orbitals, occupations = natural_orbitals(space, mean_field, n_core=1)
    overlap = space.get_ovlp()
    for n in (2, 1, 0):
        block = mean_field.mo_occ == n
        turn = mean_field.mo_coeff[:, block].T @ overlap @ orbitals[:, block]
        assert turn.T @ turn == pytest.approx(np.eye(block.sum()), abs=tolerances.EXACT)
    assert occupations.sum() == pytest.approx(mean_field.mo_occ.sum(), abs=1e-8)
    assert occupations.min() > -1e-8
    assert occupations.max() < 2 + 1e-8


def test_natural_orbitals_need_a_stable_determinant():
    mean_field = solve(water(), Settings(basis="sto-3g"))
    unstable = type(mean_field)(
        **{**vars(mean_field), "stable_internal": False},
    )
    space = workspace(build_molecule(water(), "sto-3g"))
    with pytest.raises(NoNaturalOrbitals, match="unstable"):
        natural_orbitals(space, unstable, n_core=1)


def test_no_mp2_means_canonical_orbitals_and_a_reason():
    ion = diatomic("H", "H", 1.06, charge=1, multiplicity=2)
    problem = build_problem(ion, Settings(basis="6-31g"))
    assert problem.orbitals == "canonical"
    assert "one electron" in problem.selection_reason


@pytest.mark.parametrize(
    ("molecule", "basis", "core"),
    [
        (water(), "sto-3g", 1),
        (benzene(), "sto-3g", 6),
        (atom("Li", charge=1), "6-31g", 0),
        (atom("Be", charge=2), "6-31g", 0),
        (diatomic("H", "I", 1.609), "sto-3g", 18),
        (diatomic("H", "I", 1.609), "def2-svp", 4),
    ],
    ids=["H2O", "C6H6", "Li+", "Be2+", "HI all-electron", "HI with core potential"],
)
def test_the_chemical_core(molecule, basis, core):
    """In HI both leave 4d5s5p of iodine and the hydrogen: 18 electrons."""
    mean_field = solve(molecule, Settings(basis=basis))
    assert frozen_core(build_molecule(molecule, basis), mean_field) == core


@pytest.mark.slow
def test_natural_orbitals_of_paracetamol_hold_twice_what_a_window_does():
    """As PySCF does it: CASCI(6,6) of canonical and of MP2 natural orbitals."""
    asked = {
        kind: Settings(basis="sto-3g", active_space="6,6", orbitals=kind)
        for kind in ("canonical", "mp2-natural")
    }
    molecule = embed(read_smiles("CC(=O)Nc1ccc(O)cc1").molecule, asked["canonical"])
    mean_field, field = solve_keeping_integrals(molecule, asked["canonical"])
    frozen = mp.MP2(field, frozen=11).run()
    _, turn = np.linalg.eigh(-frozen.make_rdm1())
    theirs = {"canonical": field.mo_coeff, "mp2-natural": field.mo_coeff @ turn}
    correlation = {}
    for kind, settings in asked.items():
        problem = active_problem(molecule, mean_field, field, settings)
        correlation[kind] = solve_casci(problem).casci.value - problem.hf_energy
        casci = mcscf.CASCI(field, 6, 6).run(theirs[kind])
        assert problem.hf_energy + correlation[kind] == pytest.approx(
            casci.e_tot, abs=tolerances.CCSD
        )
    assert correlation["mp2-natural"] < 2 * correlation["canonical"]
