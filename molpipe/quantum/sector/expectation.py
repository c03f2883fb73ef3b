"""Expectation values of Pauli sums in a sector state."""

from __future__ import annotations

from collections.abc import Mapping

import cirq
import numpy as np

from molpipe.quantum.sector.state import SectorState


def pauli_expectation(
    state: SectorState, observable: cirq.PauliSum, axis_of: Mapping[cirq.Qid, int]
) -> complex:
    """<state| observable |state>; ``axis_of`` tells the spin orbital of each qubit.

    Terms that lead out of the sector contribute nothing, as they should.
    """
    determinants, amplitudes = state.determinants(), state.jordan_wigner_amplitudes()
    order = np.argsort(determinants)
    determinants, amplitudes = determinants[order], amplitudes[order]
    total = 0.0 + 0.0j
    for term in observable:
        flips, signs, n_y = _masks(term, axis_of)
        image = determinants ^ flips
        place = np.minimum(np.searchsorted(determinants, image), determinants.size - 1)
        partner = np.where(determinants[place] == image, amplitudes[place], 0.0)
        parity = 1.0 - 2.0 * (np.bitwise_count(determinants & signs) & 1)
        total += term.coefficient * 1j**n_y * np.vdot(partner, parity * amplitudes)
    return complex(total)


def _masks(
    term: cirq.PauliString[cirq.Qid], axis_of: Mapping[cirq.Qid, int]
) -> tuple[int, int, int]:
    """Bits that the term flips, bits whose filling changes its sign, and its number of Y."""
    flips = signs = n_y = 0
    for qubit, pauli in term.items():
        bit = 1 << axis_of[qubit]
        flips |= bit if pauli in (cirq.X, cirq.Y) else 0
        signs |= bit if pauli in (cirq.Y, cirq.Z) else 0
        n_y += pauli == cirq.Y
    return flips, signs, n_y
