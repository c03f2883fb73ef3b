"""Hartree-Fock within an active space: the reference determinant where orbitals were mixed."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from pyscf import ao2mo, gto, scf

from molpipe.chem.active_space.prepare import Source
from molpipe.chem.active_space.selection import Selection
from molpipe.chem.descent import follow_down, second_order
from molpipe.chem.integrals import active_integrals
from molpipe.errors import SCFNotConverged
from molpipe.model.arrays import FloatArray

_ENERGY_TOLERANCE = 1e-12
_GRADIENT_TOLERANCE = 1e-8


def with_determinant(source: Source, selection: Selection) -> Selection:
    """The same space, its blocks turned to the lowest determinant that it holds.

    Natural orbitals of UHF and CASSCF span a space, but no determinant of theirs is special.
    The one that every method in the space starts from is Hartree-Fock's within the space,
    followed down from what the space holds of the molecule's own Hartree-Fock density.

    Raises:
        SCFNotConverged: no determinant was found.
    """
    active, nelec = selection.active, selection.nelec
    core_energy, one_body, two_body = active_integrals(
        source.space, inactive=selection.inactive, active=active
    )
    field = _field(core_energy, one_body, two_body, nelec)
    field.mo_coeff, field.mo_occ = _start(source, active), _fill(len(one_body), nelec)
    second_order(field, field.mo_coeff)
    if not field.converged:
        raise SCFNotConverged(
            "Hartree-Fock within the active space did not converge",
            hint="choose orbitals = mp2-natural or canonical, or another space",
        )
    follow_down(field)
    double, single, empty = (active @ field.mo_coeff[:, field.mo_occ == n] for n in (2, 1, 0))
    return dataclasses.replace(selection, double=double, single=single, empty=empty)


def determinant_energy(space: Any, selection: Selection) -> float:
    """Energy [Ha] of the selection's determinant, from its density in atomic orbitals."""
    closed = np.hstack([selection.inactive, selection.double])
    beta = closed @ closed.T
    alpha = beta + selection.single @ selection.single.T
    coulomb, exchange = space.get_jk(space.mol, np.array([alpha, beta]))
    one = np.einsum("pq,pq->", space.get_hcore(), alpha + beta)
    two = np.einsum("pq,pq->", coulomb[0] + coulomb[1], alpha + beta)
    two -= np.einsum("spq,spq->", exchange, np.array([alpha, beta]))
    return float(space.energy_nuc() + one + 0.5 * two)


def _start(source: Source, active: FloatArray) -> FloatArray:
    """Natural orbitals (n, n) of the Hartree-Fock density within the space, fullest first."""
    dual = active.T @ source.space.get_ovlp() @ source.mean_field.mo_coeff
    _, vectors = np.linalg.eigh((dual * source.mean_field.mo_occ) @ dual.T)
    return np.asarray(vectors[:, ::-1])


def _fill(n: int, nelec: tuple[int, int]) -> FloatArray:
    alpha, beta = nelec
    return np.repeat([2.0, 1.0, 0.0], [beta, alpha - beta, n - alpha])


def _field(
    core_energy: float, one_body: FloatArray, two_body: FloatArray, nelec: tuple[int, int]
) -> Any:
    """The space as a PySCF mean field whose atomic orbitals are the active ones."""
    n, (alpha, beta) = len(one_body), nelec
    molecule = gto.M(verbose=0)
    molecule.nelectron, molecule.spin = alpha + beta, alpha - beta
    molecule.incore_anyway = True
    field = scf.RHF(molecule) if alpha == beta else scf.ROHF(molecule)
    field.get_hcore = lambda *_: one_body
    field.get_ovlp = lambda *_: np.eye(n)
    field.energy_nuc = lambda *_: core_energy
    field._eri = ao2mo.restore(8, two_body, n)
    field.conv_tol, field.conv_tol_grad = _ENERGY_TOLERANCE, _GRADIENT_TOLERANCE
    return field
