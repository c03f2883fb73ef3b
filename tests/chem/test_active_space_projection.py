"""Spaces that look like chosen atomic functions: AVAS, atoms, bonds and what guards them."""

import numpy as np
import pytest
from pyscf.mcscf import avas

from molpipe.chem.active_space.atomic import AtomicFunctions, frontier_target, valence_shells
from molpipe.chem.active_space.natural import blocks_of
from molpipe.chem.active_space.projection import project
from molpipe.chem.meanfield import solve_keeping_integrals
from molpipe.chem.orbitals import axes_ruler
from molpipe.chem.problem import build_problem
from molpipe.errors import ActiveSpaceError
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import diatomic, ethylene, geometry, hydrogen_chain, methylene, water

STO3G = {"basis": "sto-3g"}

LOW = 0.05
"""A least weight that leaves both sides of the frontier some orbitals, so that no guard acts."""


def ethane(length=1.53):
    """Staggered, CC along z, CH 1.09 and tetrahedral angles."""
    out, along = 1.09 * np.sin(np.radians(109.47)), 1.09 * np.cos(np.radians(109.47))
    turns = [np.radians(angle) for angle in (0, 120, 240)]
    lower = [("H", out * np.cos(t), out * np.sin(t), along) for t in turns]
    upper = [("H", -out * np.cos(t), -out * np.sin(t), length - along) for t in turns]
    return geometry([("C", 0, 0, 0), ("C", 0, 0, length), *lower, *upper])


def same_span(field, left, right):
    """Both sets of orthonormal orbitals span one space."""
    shared = np.linalg.svd(left.T @ field.get_ovlp() @ right, compute_uv=False)
    return shared == pytest.approx(np.ones(left.shape[1]), abs=1e-6)


@pytest.mark.parametrize(
    ("molecule", "labels"),
    [(ethylene(30.0), ["C 2p"]), (water(), ["O 2p"]), (methylene(3), ["C 2p"])],
    ids=["twisted ethylene", "water", "triplet methylene"],
)
def test_avas_is_that_of_pyscf(molecule, labels):
    mean_field, field = solve_keeping_integrals(molecule, Settings(basis="6-31g"))
    frozen = sum(symbol != "H" for symbol in molecule.symbols)
    n_orbitals, n_electrons, theirs = avas.avas(
        field, labels, threshold=LOW, openshell_option=3, ncore=frozen, verbose=0
    )
    blocks, wanted = project(
        blocks_of(mean_field, frozen),
        frontier_target(field.mol),
        axes_ruler(field.mol),
        least_weight=LOW,
    )
    _, double, single, empty, _ = blocks
    ours = np.hstack([double, single, empty])
    assert ours.shape[1] == n_orbitals
    assert 2 * wanted.n_double + single.shape[1] == n_electrons
    below = (field.mol.nelectron - n_electrons) // 2
    assert same_span(field, ours, theirs[:, below : below + n_orbitals])


def test_the_trap_of_ethane_is_closed():
    """Carbon 2pz, half of the weight: PySCF returns a full space, where nothing correlates."""
    mean_field, field = solve_keeping_integrals(ethane(), Settings(basis="6-31g"))
    n_orbitals, n_electrons, _ = avas.avas(field, ["C 2pz"], threshold=0.5, verbose=0)
    assert n_electrons == 2 * n_orbitals
    functions = AtomicFunctions(field.mol)
    along = [functions.shell(carbon, "2p")[2] for carbon in (0, 1)]
    target = functions.target("2pz", functions.columns(along))
    blocks = blocks_of(mean_field, 2)
    _, wanted = project(blocks, target, axes_ruler(field.mol), least_weight=0.5)
    assert wanted.n_double >= 1
    assert wanted.n_empty >= 1


def test_a_weight_limit_does_not_cut_a_shell():
    """The pi and pi* shells of N2 in 2px and 2py, limits through the middle of either."""
    mean_field, field = solve_keeping_integrals(diatomic("N", "N", 1.0977), Settings(basis="6-31g"))
    functions = AtomicFunctions(field.mol)
    across = [i for atom in (0, 1) for i in functions.shell(atom, "2p")[:2]]
    target = functions.target("2px 2py", functions.columns(across))
    for limit in (0.1, 0.5, 0.9, 0.9999):
        blocks, wanted = project(
            blocks_of(mean_field, 2), target, axes_ruler(field.mol), least_weight=limit
        )
        assert wanted.n_double % 2 == 0
        assert wanted.n_empty % 2 == 0
        assert [block.shape[1] for block in blocks[1:4]] == [wanted.n_double, 0, wanted.n_empty]


@pytest.mark.parametrize(
    ("charge", "shells"),
    [
        (1, ["1s"]),
        (3, ["2s"]),
        (6, ["2s", "2p"]),
        (17, ["3s", "3p"]),
        (26, ["3d", "4s"]),
        (58, ["4f", "5d", "6s"]),
    ],
    ids=["H", "Li", "C", "Cl", "Fe", "Ce"],
)
def test_valence_shells(charge, shells):
    assert valence_shells(charge) == shells


@pytest.mark.parametrize(
    ("molecule", "space", "nelec", "n_orbitals"),
    [
        (ethane(), "bond:1-2", (1, 1), 2),
        (ethane(3.0), "bond:1-2", (1, 1), 2),
        (ethane(), "bond:1-3", (1, 1), 2),
        (ethylene(), "bond:1-2", (2, 2), 4),
        (diatomic("N", "N", 1.0977), "bond:1-2", (3, 3), 6),
        (diatomic("Li", "H", 1.6), "bond:1-2", (1, 1), 2),
        (hydrogen_chain(4, 1.0), "atoms:1,2,3,4", (2, 2), 4),
    ],
    ids=["CC", "long CC", "CH", "C=C", "NN", "LiH", "H4"],
)
def test_a_bond_has_as_many_pairs_as_its_order(molecule, space, nelec, n_orbitals):
    problem = build_problem(molecule, Settings(active_space=space, **STO3G))
    assert (problem.nelec, problem.n_orbitals) == (nelec, n_orbitals)
    assert problem.hf_energy == pytest.approx(problem.mean_field.energy, abs=tolerances.MAPPING)


def test_the_two_ends_of_a_bond_are_what_its_orbitals_are_made_of():
    """CH bond of ethane: next to nothing on the other five hydrogens."""
    problem = build_problem(ethane(), Settings(active_space="bond:1-3", **STO3G))
    others = problem.orbital_coeff[11:]  # STO-3G: 5 functions on each carbon, 1 on H3
    assert (others**2).sum(axis=0).max() < 0.1 * (problem.orbital_coeff**2).sum(axis=0).min()


@pytest.mark.parametrize(
    ("molecule", "space", "words"),
    [
        (water(), "bond:2-3", "share no bond"),
        (water(), "atoms:1,4", "has 3 atoms"),
        (water(), "pi", "no pi system"),
        (diatomic("H", "I", 1.609), "atoms:2", "5s"),
    ],
    ids=["no bond", "no atom", "no pi", "no functions"],
)
def test_what_the_molecule_does_not_have_is_refused_with_advice(molecule, space, words):
    with pytest.raises(ActiveSpaceError, match=words) as caught:
        build_problem(molecule, Settings(active_space=space, **STO3G))
    assert caught.value.hint


def test_iodine_has_valence_functions_outside_its_core_potential():
    problem = build_problem(diatomic("H", "I", 1.609), Settings(basis="def2-svp", orbitals="avas"))
    assert "5p of I" in problem.selection_reason
    assert problem.nelec == (3, 3)


def test_a_named_space_too_large_is_cut_by_occupation_and_says_so():
    whole = build_problem(water(), Settings(active_space="atoms:1,2,3", max_qubits=14, **STO3G))
    part = build_problem(water(), Settings(active_space="atoms:1,2,3", max_qubits=8, **STO3G))
    assert whole.n_orbitals == 6
    assert part.n_orbitals == 4
    assert "cut from (8,6)" in part.selection_reason
    left_out = sorted(set(np.round(whole.occupations, 6)) - set(np.round(part.occupations, 6)))
    assert all(n > part.occupations[:2].max() - 1e-6 for n in left_out)
