"""NEVPT2: what a state of the active space gains from the orbitals outside it.

Strongly contracted n-electron valence state perturbation theory, Angeli, Cimiraglia and
Malrieu 2002, doi:10.1063/1.1515317. It assumes an eigenstate of the active space. A VQE state
is one only in so far as its residual vanishes, so that stands beside the energy.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import scipy.linalg
from pyscf import fci, mcscf, mrpt

from molpipe.chem.basis import build_molecule
from molpipe.chem.meanfield import fock_matrix, workspace
from molpipe.chem.orbitals import axes_ruler, diagonalise_blocks
from molpipe.chem.reference.casci import n_determinants, solve_casci
from molpipe.chem.reference.correlation import FAILURES
from molpipe.model.arrays import FloatArray
from molpipe.model.corrections import SecondOrder, StateArray
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings

BUDGET_SECONDS: Final = 60.0
"""What ``auto`` spends on NEVPT2 of one state, by estimate."""

_DENSITY_RATE: Final = 3e9
_CONTRACTION_RATE: Final = 5e7
_INTEGRAL_RATE: Final = 2e9
"""Operations a second on one core, measured with PySCF 2.14 on formamide and benzene/6-31G*."""

_REAL: Final = 1e-6
"""Norm of what stays imaginary, whatever the global phase, in a state that counts as real."""


def second_order(
    problem: ActiveSpaceProblem, vqe: StateArray | EnergyValue, settings: Settings
) -> SecondOrder:
    """NEVPT2 on CASCI and on the VQE state, the chemical core frozen in both.

    Args:
        problem: the active-space Hamiltonian and the orbitals around it.
        vqe: the normalised VQE state, or why there is none to be had.
        settings: ``limits.memory_gb`` is used.

    Returns:
        Total energies [Ha]. A method that breaks down or costs too much is a status.
    """
    left_out = _why_not(problem)
    if left_out is not None:
        return SecondOrder(nevpt2=left_out, vqe_nevpt2=left_out)
    exact, around = solve_casci(problem), Surroundings(problem, settings)
    if exact.vector is None:
        reason = f"there is no CASCI state: {exact.casci.reason}"
        nevpt2 = EnergyValue.missing("not-applicable", reason)
    else:
        nevpt2 = around.corrected(exact.vector)
    if isinstance(vqe, EnergyValue):
        return SecondOrder(nevpt2=nevpt2, vqe_nevpt2=vqe)
    return SecondOrder(
        nevpt2=nevpt2,
        vqe_nevpt2=around.corrected(vqe),
        residual=expectation(problem, vqe)[1],
        casci_overlap=None if exact.vector is None else float(abs(np.vdot(exact.vector, vqe))),
    )


def estimate(problem: ActiveSpaceProblem) -> float:
    """Seconds on one core that NEVPT2 of one state takes, good to a factor of three."""
    n, n_mo = problem.n_orbitals, len(problem.mean_field.mo_occ)
    densities = n_determinants(problem) * n**6 / _DENSITY_RATE + n**8 / _CONTRACTION_RATE
    return densities + (problem.n_inactive + n) * n_mo**4 / _INTEGRAL_RATE


def expectation(problem: ActiveSpaceProblem, state: StateArray) -> tuple[float, float]:
    """<H> and the norm of (H - <H>)|state> [Ha], of a normalised state."""
    n, nelec = problem.n_orbitals, problem.nelec
    one, two = problem.one_body, np.array(problem.two_body)
    operator = fci.direct_spin1.absorb_h1e(one, two, n, nelec, 0.5)

    def apply(part: FloatArray) -> FloatArray:
        found = fci.direct_spin1.contract_2e(operator, np.ascontiguousarray(part), n, nelec)
        return np.asarray(found).reshape(part.shape)

    image: StateArray = apply(state.real)
    if np.iscomplexobj(state):
        image = image + 1j * apply(state.imag)
    energy = float(np.vdot(state, image).real)
    return energy + problem.core_energy, float(np.linalg.norm(image - energy * state))


class Surroundings:
    """The orbitals around one active space and the integrals that reach into it."""

    def __init__(self, problem: ActiveSpaceProblem, settings: Settings) -> None:
        mean_field = problem.mean_field
        molecule = build_molecule(
            problem.geometry, mean_field.basis, memory_gb=settings.limits.memory_gb
        )
        self._problem = problem
        self._space = workspace(molecule, mean_field.reaction_field)
        self._ruler = axes_ruler(molecule)
        inactive, every = np.asarray(problem.inactive_coeff), mean_field.mo_coeff
        self._frozen, self._inactive = np.split(inactive, [problem.n_frozen_core], axis=1)
        taken = np.hstack([inactive, problem.orbital_coeff])
        overlap = taken.T @ self._space.get_ovlp() @ every
        self._empty = every @ scipy.linalg.null_space(overlap)

    def corrected(self, state: StateArray) -> EnergyValue:
        """<H> of a state with its NEVPT2 correction [Ha], or why there is none."""
        vector = _real(state)
        if vector is None:
            reason = "the state is complex, and NEVPT2 is there for real ones"
            return EnergyValue.missing("not-applicable", reason)
        try:
            with np.errstate(all="ignore"):
                correction = self.correction(vector)
        except FAILURES as error:
            return EnergyValue.missing("failed", f"NEVPT2: {type(error).__name__}: {error}")
        if not (math.isfinite(correction) and correction <= 0):
            reason = f"NEVPT2 raises the energy by {correction:.3g} Ha: an intruder state"
            return EnergyValue.missing("failed", reason)
        problem = self._problem
        s2, _ = fci.spin_op.spin_square(vector, problem.n_orbitals, problem.nelec)
        return EnergyValue.ok(expectation(problem, vector)[0] + correction, s2=float(s2))

    def correction(self, vector: FloatArray) -> float:
        """The second-order energy [Ha] of a real state (alpha strings, beta strings)."""
        if self._inactive.shape[1] == self._empty.shape[1] == 0:
            return 0.0
        method = mrpt.NEVPT(self._active_space(vector))
        method.canonicalized = True
        return float(method.kernel())

    def _active_space(self, vector: FloatArray) -> Any:
        """PySCF's CASCI object of the state, in canonical orbitals of that state's Fock matrix.

        The frozen core is no orbital of it: it stands in the one-electron Hamiltonian.
        """
        problem, space = self._problem, self._space
        active, n, nelec = problem.orbital_coeff, problem.n_orbitals, problem.nelec
        core = 2 * self._frozen @ self._frozen.T
        core_field = fock_matrix(space, core)
        density = fci.direct_spin1.make_rdm1(vector, n, nelec)
        total = core + 2 * self._inactive @ self._inactive.T + active @ density @ active.T
        fock = fock_matrix(space, total)
        inactive, below = diagonalise_blocks(fock, [self._inactive], self._ruler)
        empty, above = diagonalise_blocks(fock, [self._empty], self._ruler)
        method = mcscf.CASCI(space, n, nelec, ncore=inactive.shape[1])
        method.get_hcore = lambda *_: core_field
        method.mo_coeff = np.hstack([inactive, active, empty])
        method.mo_energy = np.concatenate([below, np.zeros(n), above])
        method.ci, method.verbose = np.ascontiguousarray(vector), 0
        return method


def _why_not(problem: ActiveSpaceProblem) -> EnergyValue | None:
    """Why there is no NEVPT2 of any state, or None."""
    if problem.inactive_coeff is None:
        reason = "the problem was built by an earlier version, without the orbitals outside"
        return EnergyValue.missing("not-applicable", reason)
    seconds = estimate(problem)
    if seconds <= BUDGET_SECONDS:
        return None
    return EnergyValue.missing(
        "too-expensive",
        f"NEVPT2 with {n_determinants(problem)} determinants in {problem.n_orbitals} orbitals "
        f"would take about {seconds:.0f} s on one core for each state, "
        f"auto spends {BUDGET_SECONDS:.0f} s",
    )


def _real(state: StateArray) -> FloatArray | None:
    """A real state without its global phase, None for one that is truly complex."""
    if not np.iscomplexobj(state):
        return np.asarray(state.real)
    turned = state * np.exp(-0.5j * np.angle(np.sum(state**2)))
    return turned.real if np.linalg.norm(turned.imag) < _REAL else None
