"""Electron numbers as observables, for circuits that do not conserve them."""

from __future__ import annotations

import cirq
import numpy as np

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.gates import register
from molpipe.quantum.mapping import encoding_matrix


def electron_deviation(n_orbitals: int, nelec: tuple[int, int], mapping: str) -> cirq.PauliSum:
    """(N_alpha - nelec[0])^2 + (N_beta - nelec[1])^2 on the register of the circuits.

    Its expectation value is zero in the sector ``nelec`` and at least the weight of the state
    outside it everywhere else.
    """
    filled = _occupations(n_orbitals, mapping)
    total = cirq.PauliSum()
    for spin, electrons in enumerate(nelec):
        deviation = sum(filled[spin::2], cirq.PauliSum()) - electrons
        total += deviation * deviation
    return total


def penalty_weight(problem: ActiveSpaceProblem) -> float:
    """How much [Ha] a deviation of one must cost, so that no ion lies below the molecule.

    By Koopmans' theorem an electron more gains at most the lowest empty orbital energy, and
    one less the highest filled one; 1 Ha on top keeps the landscape steep.
    """
    energy, (n_alpha, n_beta) = problem.orbital_energies, problem.nelec
    gains = [0.0, *-energy[n_beta:], *energy[:n_alpha]]
    return 1.0 + float(max(gains))


def _occupations(n_orbitals: int, mapping: str) -> list[cirq.PauliSum]:
    """n_p = (1 - Z Z ..) / 2 of each spin orbital: its filling is a parity of stored bits."""
    qubits = register(n_orbitals)
    encoding = encoding_matrix(mapping, len(qubits))
    decoding = np.rint(np.linalg.inv(encoding)).astype(np.int64) % 2
    every = [[cirq.Z(qubits[int(k)]) for k in np.flatnonzero(row)] for row in decoding]
    return [0.5 - 0.5 * cirq.PauliSum.wrap(cirq.PauliString(parity)) for parity in every]
