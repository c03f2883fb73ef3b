"""Restricted Hartree-Fock, converged tightly and checked for stability."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import replace
from typing import Any, Final

import numpy as np
from pyscf import gto, scf

from molpipe.chem.basis import build_molecule, core_potential
from molpipe.chem.descent import Descent, find_minimum, second_order
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.chem.solvent.continuum import Continuum, dissolve, immerse
from molpipe.errors import SCFNotConverged, UnsupportedMolecule
from molpipe.model.arrays import FloatArray
from molpipe.model.molecule import Geometry
from molpipe.model.problem import MeanField, ReactionField
from molpipe.model.settings import Settings

MAX_BASIS_FUNCTIONS: Final = 300
"""Above this, exact two-electron integrals cost too much; fitted ones are another number."""

_ENERGY_TOLERANCE: Final = 1e-10
_GRADIENT_TOLERANCE: Final = 1e-7
"""The energy error is of second order in the gradient [Ha], so this one decides."""

_CYCLES: Final = 100

_FIELDS: Final = 10
_FITTING: Final = 1e-7
"""A frozen field belongs to a density where following it would gain less than this [Ha].

Broken-symmetry solutions of linear molecules drift about the axis by less than that.
"""


def solve(geometry: Geometry, settings: Settings) -> MeanField:
    """The restricted Hartree-Fock solution: RHF for singlets, ROHF for all others.

    An internally unstable solution is followed down until it is stable or no lower one is
    found, see :func:`molpipe.chem.descent.find_minimum`.

    Args:
        geometry: the molecule [angstrom].
        settings: ``basis`` and ``solvent`` are used, and ``limits.memory_gb``.

    Returns:
        Orbitals (n_ao, n_mo), doubly occupied first, then singly occupied, then empty, each
        by rising energy [Ha].

    Raises:
        UnsupportedMolecule: see :func:`molpipe.chem.basis.build_molecule`, and ``TOO_LARGE``.
        SCFNotConverged: neither DIIS nor the second-order solver converged.
    """
    return solve_keeping_integrals(geometry, settings)[0]


def solve_keeping_integrals(
    geometry: Geometry, settings: Settings, reaction_field: ReactionField | None = None
) -> tuple[MeanField, Any]:
    """As :func:`solve`, and the PySCF object that holds the integrals for later steps.

    A solvent follows the density, and stays frozen where the iterations end; with a
    ``reaction_field`` it is frozen from the start.
    """
    start = time.perf_counter()
    molecule = build_molecule(geometry, settings.basis, memory_gb=settings.limits.memory_gb)
    if molecule.nao > MAX_BASIS_FUNCTIONS:
        raise UnsupportedMolecule(
            f"{molecule.nao} basis functions, exact integrals are kept up to {MAX_BASIS_FUNCTIONS}",
            hint="choose a smaller basis set or a fragment of the molecule",
            code="TOO_LARGE",
        )
    field = workspace(molecule, reaction_field)
    if settings.continuum is None or reaction_field is not None:
        descent = _converge(field)
    else:
        continuum = Continuum.around(molecule, settings.continuum)
        field, descent, reaction_field = _converge_dissolved(field, continuum)
    mean_field = _freeze(field, descent, basis=settings.basis, start=start)
    return replace(mean_field, reaction_field=reaction_field), field


def workspace(molecule: gto.Mole, reaction_field: ReactionField | None = None) -> Any:
    """A PySCF SCF object, not converged, that holds the two-electron integrals if they fit.

    PySCF would make them at the first Fock matrix, which comes too late for MP2.
    """
    # For one electron scf.ROHF would give a class that sees no field but that of the nuclei.
    field = scf.hf.RHF(molecule) if molecule.spin == 0 else scf.rohf.ROHF(molecule)
    if field._is_mem_enough():
        field._eri = molecule.intor("int2e", aosym="s8")
    return immerse(field, reaction_field)


def fock_matrix(space: Any, density: FloatArray) -> FloatArray:
    """Spin-averaged Fock matrix (n_ao, n_ao) [Ha] of a total density matrix (n_ao, n_ao)."""
    coulomb, exchange = space.get_jk(space.mol, density)
    return np.asarray(space.get_hcore() + coulomb - 0.5 * exchange)


def density_matrix(mean_field: MeanField) -> FloatArray:
    """Total one-particle density (n_ao, n_ao) of the determinant, PySCF's or ours."""
    return np.asarray((mean_field.mo_coeff * mean_field.mo_occ) @ mean_field.mo_coeff.T)


def _converge(field: Any, density: FloatArray | None = None) -> Descent:
    """To a minimum, from a density (by spin for open shells) or from PySCF's guess."""
    field.conv_tol, field.conv_tol_grad = _ENERGY_TOLERANCE, _GRADIENT_TOLERANCE
    field.max_cycle = _CYCLES
    field.kernel(dm0=density)
    if not field.converged:
        second_order(field, field.mo_coeff)
    if not field.converged:
        raise _not_converged(field)
    return find_minimum(field)


def _converge_dissolved(space: Any, continuum: Continuum) -> tuple[Any, Descent, ReactionField]:
    """To a minimum in the frozen field of its own density.

    PySCF's iterations find the density and its field together. Then the field is frozen, so
    that convergence and stability are asked of the Hamiltonian that every method will share;
    where they lead to another density, the field follows.
    """
    dissolved, density = dissolve(space, continuum), None
    met: tuple[float, ...] = ()
    for _ in range(_FIELDS):
        dissolved.kernel(dm0=density)
        own = continuum.polarise(density_matrix(dissolved), source="hartree-fock")
        field = immerse(copy(space), own)
        descent = _converge(field, dissolved.make_rdm1())
        descent = replace(descent, energies=met + descent.energies)
        if abs(continuum.response(own, density_matrix(field))) < _FITTING:
            return field, descent, own
        density, met = field.make_rdm1(), descent.energies[:-1]
    raise SCFNotConverged(
        f"the field of {continuum.solvent} and the Hartree-Fock density found no balance",
        hint="compute the molecule in the gas phase, or check its geometry",
    )


def _freeze(field: Any, descent: Descent, *, basis: str, start: float) -> MeanField:
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
        stable_internal=descent.stable,
        stable_external=descent.external,
        followed_from=descent.energies[0] if len(descent.energies) > 1 else None,
        solutions=descent.energies,
        seconds=time.perf_counter() - start,
    )


def _not_converged(field: Any) -> SCFNotConverged:
    gradient = float(np.linalg.norm(field.get_grad(field.mo_coeff, field.mo_occ)))
    return SCFNotConverged(
        f"Hartree-Fock did not converge: energy {field.e_tot:.6f} Ha, gradient {gradient:.1e} Ha "
        f"(wanted {_GRADIENT_TOLERANCE:.0e}) after DIIS and second-order iterations",
        hint="check geometry, charge and multiplicity, or choose another basis set",
    )
