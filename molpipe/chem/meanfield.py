"""Restricted Hartree-Fock, converged tightly and checked for stability."""

from __future__ import annotations

import time
from typing import Any, Final

import numpy as np
from pyscf import gto, scf

from molpipe.chem.basis import build_molecule, core_potential
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.chem.stability import (
    UNSTABLE,
    has_rotations,
    softest_rotation,
    stable_to_unrestricted,
    step_down,
)
from molpipe.errors import SCFNotConverged, UnsupportedMolecule
from molpipe.model.arrays import FloatArray
from molpipe.model.molecule import Geometry
from molpipe.model.problem import MeanField
from molpipe.model.settings import Settings

MAX_BASIS_FUNCTIONS: Final = 300
"""Above this, exact two-electron integrals cost too much; fitted ones are another number."""

_ENERGY_TOLERANCE: Final = 1e-10
_GRADIENT_TOLERANCE: Final = 1e-7
"""The energy error is of second order in the gradient [Ha], so this one decides."""

_STATE: Final = ("converged", "e_tot", "mo_coeff", "mo_energy", "mo_occ")

_CYCLES: Final = 100
_DESCENTS: Final = 5
_LOWER: Final = 1e-7
"""A followed solution must lie at least this much [Ha] below the one it came from."""


def solve(geometry: Geometry, settings: Settings) -> MeanField:
    """The restricted Hartree-Fock solution: RHF for singlets, ROHF for all others.

    An internally unstable solution is followed down (Seeger and Pople 1977,
    doi:10.1063/1.434318) until it is stable or no lower one is found.

    Args:
        geometry: the molecule [angstrom].
        settings: ``basis`` is used, and ``limits.memory_gb``.

    Returns:
        Orbitals (n_ao, n_mo), doubly occupied first, then singly occupied, then empty, each
        by rising energy [Ha].

    Raises:
        UnsupportedMolecule: see :func:`molpipe.chem.basis.build_molecule`, and ``TOO_LARGE``.
        SCFNotConverged: neither DIIS nor the second-order solver converged.
    """
    return solve_keeping_integrals(geometry, settings)[0]


def solve_keeping_integrals(geometry: Geometry, settings: Settings) -> tuple[MeanField, Any]:
    """As :func:`solve`, and the PySCF object that holds the integrals for later steps."""
    start = time.perf_counter()
    molecule = build_molecule(geometry, settings.basis, memory_gb=settings.limits.memory_gb)
    if molecule.nao > MAX_BASIS_FUNCTIONS:
        raise UnsupportedMolecule(
            f"{molecule.nao} basis functions, exact integrals are kept up to {MAX_BASIS_FUNCTIONS}",
            hint="choose a smaller basis set or a fragment of the molecule",
            code="TOO_LARGE",
        )
    field = workspace(molecule)
    field.conv_tol, field.conv_tol_grad = _ENERGY_TOLERANCE, _GRADIENT_TOLERANCE
    field.max_cycle = _CYCLES
    field.kernel()
    if not field.converged:
        _second_order(field, field.mo_coeff)
    if not field.converged:
        raise _not_converged(field)
    first = float(field.e_tot)
    stable = _follow_down(field)
    mean_field = _freeze(
        field,
        basis=settings.basis,
        stable=stable,
        followed_from=first if field.e_tot < first - _LOWER else None,
        start=start,
    )
    return mean_field, field


def workspace(molecule: gto.Mole) -> Any:
    """A PySCF SCF object, not converged, that holds the two-electron integrals if they fit.

    PySCF would make them at the first Fock matrix, which comes too late for MP2.
    """
    field = scf.RHF(molecule) if molecule.spin == 0 else scf.ROHF(molecule)
    if field._is_mem_enough():
        field._eri = molecule.intor("int2e", aosym="s8")
    return field


def fock_matrix(space: Any, density: FloatArray) -> FloatArray:
    """Spin-averaged Fock matrix (n_ao, n_ao) [Ha] of a total density matrix (n_ao, n_ao)."""
    coulomb, exchange = space.get_jk(space.mol, density)
    return np.asarray(space.get_hcore() + coulomb - 0.5 * exchange)


def density_matrix(mean_field: MeanField) -> FloatArray:
    """Total one-particle density (n_ao, n_ao) of the determinant."""
    return np.asarray((mean_field.mo_coeff * mean_field.mo_occ) @ mean_field.mo_coeff.T)


def _second_order(field: Any, orbitals: FloatArray) -> None:
    """Newton's method from ``orbitals``, polished by DIIS; the outcome is left in ``field``.

    Newton's method finds the way, but stalls where its approximate Hessian meets a tight
    gradient tolerance; DIIS finishes, and is believed where it stayed with that solution.
    """
    newton = field.newton()
    newton.kernel(orbitals, field.mo_occ)
    found = _state(newton)
    field.kernel(dm0=newton.make_rdm1())
    if found["converged"] and not (field.converged and field.e_tot < found["e_tot"] + _LOWER):
        _restore(field, found)


def _follow_down(field: Any) -> bool | None:
    """Descend from saddle points; True once stable, None where there is nothing to ask."""
    if not has_rotations(field):
        return None
    for _ in range(_DESCENTS):
        curvature, direction = softest_rotation(field)
        if curvature > UNSTABLE:
            return True
        before = _state(field)
        _second_order(field, step_down(field, direction))
        if not field.converged or field.e_tot > before["e_tot"] - _LOWER:
            _restore(field, before)
            return False
    return softest_rotation(field)[0] > UNSTABLE


def _state(field: Any) -> dict[str, Any]:
    return {name: getattr(field, name) for name in _STATE}


def _restore(field: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(field, name, value)


def _freeze(
    field: Any, *, basis: str, stable: bool | None, followed_from: float | None, start: float
) -> MeanField:
    molecule, occupations = field.mol, np.asarray(field.mo_occ)
    blocks = [field.mo_coeff[:, occupations == n] for n in (2, 1, 0)]
    fock = fock_matrix(field, (field.mo_coeff * occupations) @ field.mo_coeff.T)
    coefficients, energies = diagonalise_blocks(fock, blocks, axes_ruler(molecule))
    return MeanField(
        kind="rhf" if molecule.spin == 0 else "rohf",
        basis=basis,
        ecp=core_potential(molecule, basis),
        energy=float(field.e_tot),
        mo_coeff=coefficients,
        mo_energy=energies,
        mo_occ=np.repeat([2.0, 1.0, 0.0], [block.shape[1] for block in blocks]),
        stable_internal=stable,
        stable_external=stable_to_unrestricted(field),
        followed_from=followed_from,
        seconds=time.perf_counter() - start,
    )


def _not_converged(field: Any) -> SCFNotConverged:
    gradient = float(np.linalg.norm(field.get_grad(field.mo_coeff, field.mo_occ)))
    return SCFNotConverged(
        f"Hartree-Fock did not converge: energy {field.e_tot:.6f} Ha, gradient {gradient:.1e} Ha "
        f"(wanted {_GRADIENT_TOLERANCE:.0e}) after DIIS and second-order iterations",
        hint="check geometry, charge and multiplicity, or choose another basis set",
    )
