"""MP2 and coupled cluster of the active-space Hamiltonian, with their amplitudes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pyscf import ao2mo, gto, scf

from molpipe.chem.determinant import separate_spins
from molpipe.chem.orbitals import diagonalise_blocks
from molpipe.chem.reference.correlation import Cluster, Perturbation, coupled_cluster, mp2
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import Amplitudes, EnergyValue


@dataclass(frozen=True, kw_only=True, eq=False)
class ActiveSpace:
    """MP2 and coupled cluster in the space; amplitudes in the orbitals of the problem."""

    mp2: EnergyValue
    cluster: Cluster
    mp2_amplitudes: Amplitudes
    ccsd_amplitudes: Amplitudes | None


def solve_active(problem: ActiveSpaceProblem) -> ActiveSpace:
    """MP2, CCSD and CCSD(T) of the problem's own Hamiltonian.

    One electron, or one determinant, has no correlation: every method gives the
    Hartree-Fock energy.
    """
    if _is_uncorrelated(problem):
        value = EnergyValue.ok(problem.hf_energy)
        return ActiveSpace(
            mp2=value,
            cluster=Cluster(ccsd=value, ccsd_t=value, seconds=0.0),
            mp2_amplitudes=_zero_amplitudes(problem),
            ccsd_amplitudes=_zero_amplitudes(problem),
        )
    field = model_field(problem)
    first, cluster = mp2(field), coupled_cluster(field)
    return ActiveSpace(
        mp2=first.energy,
        cluster=cluster,
        mp2_amplitudes=_amplitudes(problem, field, first) or _zero_amplitudes(problem),
        ccsd_amplitudes=_amplitudes(problem, field, cluster),
    )


def model_field(problem: ActiveSpaceProblem) -> Any:
    """The problem's Hamiltonian and determinant as a PySCF mean field.

    RHF for closed shells, else UHF; the orbitals (of each spin) are semicanonical in the Fock
    matrix of this very determinant, which need not be the Hartree-Fock one. The problem's
    orbitals play the part of atomic orbitals.
    """
    n, (alpha, beta) = problem.n_orbitals, problem.nelec
    molecule = gto.M(verbose=0)
    molecule.nelectron, molecule.spin = alpha + beta, alpha - beta
    molecule.incore_anyway = True
    field = scf.RHF(molecule) if alpha == beta else scf.UHF(molecule)
    field.get_hcore = lambda *_: problem.one_body
    field.get_ovlp = lambda *_: np.eye(n)
    field.energy_nuc = lambda *_: problem.core_energy
    field._eri = ao2mo.restore(8, np.array(problem.two_body), n)
    orbitals, ruler = np.eye(n), np.diag(np.arange(n, dtype=float))
    if alpha == beta:
        field.mo_coeff, field.mo_occ = orbitals, 2.0 * (np.arange(n) < alpha)
        blocks = [orbitals[:, :alpha], orbitals[:, alpha:]]
        fock = field.get_fock(dm=field.make_rdm1())
        field.mo_coeff, field.mo_energy = diagonalise_blocks(fock, blocks, ruler)
    else:
        separate_spins(field, orbitals, problem.nelec, ruler=ruler)
    field.e_tot, field.converged = problem.hf_energy, True
    return field


def _is_uncorrelated(problem: ActiveSpaceProblem) -> bool:
    n, (alpha, beta) = problem.n_orbitals, problem.nelec
    return alpha + beta == 1 or (alpha == n and beta in (0, n))


def _amplitudes(
    problem: ActiveSpaceProblem, field: Any, found: Perturbation | Cluster
) -> Amplitudes | None:
    """Amplitudes in the problem's orbitals, or None where the method has none."""
    if found.t2 is None:
        return None
    t1, t2 = found.t1, found.t2
    if problem.nelec[0] == problem.nelec[1]:
        t1 = np.zeros((t2.shape[0], t2.shape[2])) if t1 is None else t1
        same = t2 - t2.transpose(0, 1, 3, 2)
        t1, t2 = (t1, t1), (same, t2, same)
    turns = field.mo_coeff if field.mo_coeff.ndim == 3 else [field.mo_coeff] * 2
    (oa, va), (ob, vb) = (
        (turn[:n, :n], turn[n:, n:]) for turn, n in zip(turns, problem.nelec, strict=True)
    )
    back = "iI,jJ,aA,bB,IJAB->ijab"
    t2aa, t2ab, t2bb = t2
    return Amplitudes(
        t1a=oa @ t1[0] @ va.T,
        t1b=ob @ t1[1] @ vb.T,
        t2aa=np.einsum(back, oa, oa, va, va, t2aa, optimize=True),
        t2ab=np.einsum(back, oa, ob, va, vb, t2ab, optimize=True),
        t2bb=np.einsum(back, ob, ob, vb, vb, t2bb, optimize=True),
    )


def _zero_amplitudes(problem: ActiveSpaceProblem) -> Amplitudes:
    n, (oa, ob) = problem.n_orbitals, problem.nelec
    va, vb = n - oa, n - ob
    return Amplitudes(
        t1a=np.zeros((oa, va)),
        t1b=np.zeros((ob, vb)),
        t2aa=np.zeros((oa, oa, va, va)),
        t2ab=np.zeros((oa, ob, va, vb)),
        t2bb=np.zeros((ob, ob, vb, vb)),
    )
