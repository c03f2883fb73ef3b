"""The pi system as a chemist would draw it, from the geometry alone."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial.transform import Rotation

from molpipe.chem.active_space.pi_system import pi_axes
from molpipe.chem.basis import build_molecule
from molpipe.chem.problem import build_problem
from molpipe.model.settings import Settings
from tests.chem.molecules import benzene, diatomic, ethylene, formamide, geometry, turned


def drawn(smiles):
    """A force-field geometry; heavy atoms in the order of the SMILES, then hydrogens."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(molecule, randomSeed=7)
    AllChem.MMFFOptimizeMolecule(molecule)
    positions = molecule.GetConformer().GetPositions()
    symbols = [atom.GetSymbol() for atom in molecule.GetAtoms()]
    return geometry([(s, *x) for s, x in zip(symbols, positions, strict=True)])


def axes(molecule):
    return pi_axes(build_molecule(molecule, "sto-3g"))


@pytest.mark.parametrize(
    ("smiles", "directions"),
    [
        ("C=C", {1: 1, 2: 1}),
        ("C=O", {1: 1, 2: 1}),
        ("C#C", {1: 2, 2: 2}),
        ("C#N", {1: 2, 2: 2}),
        ("O=C=O", {1: 2, 2: 2, 3: 2}),
        ("C=C=C", {1: 1, 2: 2, 3: 1}),
        ("C=CC=C", {1: 1, 2: 1, 3: 1, 4: 1}),
        ("CC=C", {2: 1, 3: 1}),
        ("NC=O", {1: 1, 2: 1, 3: 1}),
        ("C[N+](=O)[O-]", {2: 1, 3: 1, 4: 1}),
        ("Oc1ccccc1", dict.fromkeys(range(1, 8), 1)),
        ("c1ccsc1", dict.fromkeys(range(1, 6), 1)),
        ("CC(=O)O", {2: 1, 3: 1, 4: 1}),
        ("CCO", {}),
        ("C", {}),
    ],
)
def test_atoms_of_the_pi_system_and_its_planes(smiles, directions):
    found = axes(drawn(smiles))
    assert {atom + 1: len(normals) for atom, normals in found.items()} == directions


def test_directions_are_perpendicular_to_the_plane_and_turn_with_the_molecule():
    rotation = Rotation.from_euler("xyz", [0.3, 0.5, 0.7]).as_matrix()
    for molecule in (benzene(), formamide(), ethylene()):
        flat, bent = axes(molecule), axes(turned(molecule, rotation))
        for atom, normals in flat.items():
            assert np.abs(normals @ rotation.T @ bent[atom].T) == pytest.approx(np.ones((1, 1)))
            assert molecule.coordinates @ normals[0] == pytest.approx(
                np.full(len(molecule.symbols), molecule.coordinates[0] @ normals[0]), abs=1e-6
            )


def test_the_ends_of_twisted_ethylene_have_planes_of_their_own():
    first, second = axes(ethylene(90.0)).values()
    assert first[0] @ second[0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("length", [1.0977, 2.5])
def test_nitrogen_keeps_its_pi_system_when_pulled_apart(length):
    assert [len(normals) for normals in axes(diatomic("N", "N", length)).values()] == [2, 2]


@pytest.mark.parametrize(
    ("molecule", "nelec", "n_orbitals"),
    [
        (benzene(), (3, 3), 6),
        (formamide(), (2, 2), 3),
        (diatomic("O", "O", 1.2075, multiplicity=3), (4, 2), 4),
    ],
    ids=["benzene", "formamide", "oxygen"],
)
def test_the_space_is_the_one_of_the_textbook(molecule, nelec, n_orbitals):
    problem = build_problem(molecule, Settings(basis="sto-3g", active_space="pi"))
    assert (problem.nelec, problem.n_orbitals) == (nelec, n_orbitals)
    assert "the pi system of" in problem.selection_reason


def test_pi_orbitals_change_sign_at_the_plane():
    """Formamide lies in the xy plane: its pi orbitals hold z functions only."""
    problem = build_problem(formamide(), Settings(basis="sto-3g", active_space="pi"))
    others = np.delete(problem.orbital_coeff, [4, 9, 14], axis=0)  # 2pz of C, O and N
    assert np.abs(others).max() < 1e-6


def test_a_pi_system_too_large_is_cut_by_whole_shells():
    problem = build_problem(benzene(), Settings(basis="sto-3g", active_space="pi", max_qubits=10))
    assert (problem.nelec, problem.n_orbitals) == ((2, 2), 4)
    assert "cut from (6,6)" in problem.selection_reason
