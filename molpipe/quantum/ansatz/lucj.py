"""LUCJ: cluster Jastrow circuits for the connections of a chip, started from coupled cluster.

In the local form of the unitary cluster Jastrow ansatz (Motta et al., 10.1039/D3SC02516K) J
couples only orbitals whose qubits a chip joins; with all couplings it is plain UCJ. The circuit
conserves the electrons of each spin but, with same-spin and opposite-spin couplings of their
own, not S^2.
"""

from __future__ import annotations

from itertools import combinations, pairwise, product
from typing import Literal

import numpy as np
import scipy.linalg

from molpipe.errors import InvalidSettings
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import Amplitudes, ReferenceEnergies
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.cluster_jastrow import Couplings, JastrowAnsatz, jastrow_ansatz
from molpipe.quantum.ansatz.factors import start_amplitudes
from molpipe.quantum.double_factorization import jastrow_layers
from molpipe.quantum.orbital_rotation import ComplexArray
from molpipe.quantum.sector.strings import FloatArray

Connectivity = Literal["all", "square", "heavy-hex"]


def lucj(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    settings: Settings,
) -> JastrowAnsatz:
    """The LUCJ circuit of a problem, with ``settings.layers`` layers.

    It starts from the largest terms of the doubly factorised T2 that ``settings.start`` asks
    for, MP2's where CCSD diverged, and its T1; fewer terms than layers make fewer layers.

    Raises:
        InvalidSettings: to start from zero, where the energy of this circuit is stationary.
    """
    if settings.start == "zero":
        raise InvalidSettings(
            "start = 'zero': Hartree-Fock is a stationary point of the LUCJ circuit",
            hint="use start=ccsd or start=mp2",
        )
    start_name, amplitudes = start_amplitudes(references, settings.start)
    closed_shell = problem.geometry.multiplicity == 1
    layers = jastrow_layers(amplitudes, closed_shell=closed_shell)[: settings.layers]
    return jastrow_ansatz(
        layers,
        final_rotations=singles_rotations(amplitudes),
        couplings=couplings(problem.n_orbitals, settings.connectivity),
        nelec=problem.nelec,
        closed_shell=closed_shell,
        start_name=start_name,
    )


def couplings(n_orbitals: int, connectivity: Connectivity) -> Couplings:
    """The orbital pairs that J may couple without swapping qubits on a chip.

    On a square lattice alpha and beta orbitals are two parallel chains, joined at every
    orbital; on a heavy hexagon every fourth orbital is joined (10.1039/D3SC02516K).
    """
    every = range(n_orbitals)
    if connectivity == "all":
        return Couplings(tuple(combinations(every, 2)), tuple(product(every, every)))
    joined = every if connectivity == "square" else every[::4]
    return Couplings(tuple(pairwise(every)), tuple((p, p) for p in joined))


def singles_rotations(amplitudes: Amplitudes) -> ComplexArray:
    """exp(T1 - T1+) as orbital rotations of alpha and beta, (2, n, n)."""
    return np.array([_exponential(t1) for t1 in (amplitudes.t1a, amplitudes.t1b)])


def _exponential(t1: FloatArray) -> ComplexArray:
    """exp(T1 - T1+) of amplitudes [i, a] as a matrix on all orbitals."""
    n_filled, n_empty = t1.shape
    generator = np.zeros((n_filled + n_empty,) * 2)
    generator[n_filled:, :n_filled] = t1.T
    return np.asarray(scipy.linalg.expm(generator - generator.T), dtype=np.complex128)
