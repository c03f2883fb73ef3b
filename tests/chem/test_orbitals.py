"""Orbitals do not depend on what the Fock matrix leaves free."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import density_matrix, fock_matrix, solve, workspace
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from tests import tolerances
from tests.chem.molecules import diatomic, full_sto3g, methyl, turned

SIGN_FIXED = 1e-6
"""Orbitals [dimensionless] after a tight SCF, whose gradient is below 1e-7."""


@pytest.fixture(scope="module")
def nitrogen():
    molecule = diatomic("N", "N", 1.0977)
    mean_field = solve(molecule, full_sto3g())
    mol = build_molecule(molecule, "sto-3g")
    fock = fock_matrix(workspace(mol), density_matrix(mean_field))
    return mol, mean_field, fock


def test_a_random_turn_within_a_block_changes_nothing(nitrogen):
    mol, mean_field, fock = nitrogen
    rng = np.random.default_rng(1)
    c = mean_field.mo_coeff
    mixed = [
        block @ np.linalg.qr(rng.normal(size=(block.shape[1],) * 2))[0]
        for block in (c[:, :7], c[:, 7:])
    ]
    again, energies = diagonalise_blocks(fock, mixed, axes_ruler(mol))
    assert again == pytest.approx(c, abs=SIGN_FIXED)
    assert energies == pytest.approx(mean_field.mo_energy, abs=tolerances.EXACT)


def test_the_matrix_is_diagonal_in_each_block(nitrogen):
    mol, mean_field, fock = nitrogen
    c, energies = diagonalise_blocks(
        fock, [mean_field.mo_coeff[:, :4], mean_field.mo_coeff[:, 4:]], axes_ruler(mol)
    )
    for block in (slice(0, 4), slice(4, None)):
        matrix = c[:, block].T @ fock @ c[:, block]
        assert matrix == pytest.approx(np.diag(energies[block]), abs=1e-6)


def test_degenerate_orbitals_of_a_linear_molecule_share_their_axes():
    """Occupied and empty pi orbitals come out in the same planes: x with x, y with y."""
    for rotation in (Rotation.identity(), Rotation.from_euler("xyz", [0.3, 0.5, 0.7])):
        molecule = turned(diatomic("N", "N", 1.0977), rotation.as_matrix())
        mean_field = solve(molecule, full_sto3g())
        pi, pi_star = mean_field.mo_coeff[:, 4:6], mean_field.mo_coeff[:, 7:9]
        overlap = np.abs(_on_first_atom(pi).T @ _on_first_atom(pi_star))
        assert np.diag(np.diag(overlap)) == pytest.approx(overlap, abs=1e-5)
        assert np.diag(overlap).min() > 0.1


def _on_first_atom(orbitals: np.ndarray) -> np.ndarray:
    """The p functions of the first of two second-row atoms in STO-3G (1s, 2s, 2p)."""
    return orbitals[2:5]


def test_an_empty_block_is_allowed(nitrogen):
    mol, mean_field, fock = nitrogen
    c, energies = diagonalise_blocks(fock, [mean_field.mo_coeff[:, :0]], axes_ruler(mol))
    assert c.shape == (mol.nao, 0)
    assert energies.size == 0


def test_the_ruler_tells_the_axes_apart():
    mol = build_molecule(methyl(), "sto-3g")
    p = axes_ruler(mol)[2:5, 2:5]  # carbon 2p in the order x, y, z
    assert len(set(np.round(np.diag(p), 3))) == 3
