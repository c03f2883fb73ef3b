"""An excitation as a product of Pauli exponentials: the circuit that ours is measured against.

In the Jordan-Wigner picture T - T+ is a sum of 2 (single) or 8 Pauli strings (double
excitation). They commute, so exp(theta (T - T+)) is the product of their exponentials, and each
of these is a ladder of CNOTs down, one Rz, and the ladder up again (Whitfield, Biamonte and
Aspuru-Guzik, 10.1080/00268976.2011.552441). Nothing is cancelled between neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal

from molpipe.quantum.elementary import Elementary, qubits_between, sign_of
from molpipe.quantum.excitation import Excitation

Letter = Literal["X", "Y", "Z"]
X_OR_Y: tuple[Letter, Letter] = ("X", "Y")


@dataclass(frozen=True)
class PauliTerm:
    """i ``factor`` times a Pauli string; ``letters`` are (qubit, letter) by rising qubit."""

    letters: tuple[tuple[int, Letter], ...]
    factor: float


def pauli_terms(excitation: Excitation) -> Iterator[PauliTerm]:
    """The terms of T - T+.

    But for its sign and the parity in between, T is a product of (X - iY) / 2 on the qubits that
    it fills and (X + iY) / 2 on those that it empties; T - T+ keeps the imaginary half.
    """
    qubits, creates = zip(*excitation.operators, strict=True)
    parity: list[tuple[int, Letter]] = [(qubit, "Z") for qubit in qubits_between(qubits)]
    weight = sign_of(excitation) * 2.0 ** (1 - len(qubits))
    for letters in product(X_OR_Y, repeat=len(qubits)):
        n_y = letters.count("Y")
        if n_y % 2:
            n_y_filled = sum(fills for fills, x in zip(creates, letters, strict=True) if x == "Y")
            phase = (1j**n_y * (-1) ** n_y_filled).imag
            string = sorted([*parity, *zip(qubits, letters, strict=True)])
            yield PauliTerm(tuple(string), weight * phase)


def pauli_exponential_gates(excitation: Excitation) -> Iterator[Elementary]:
    """The gates of exp(theta (T - T+)), one Pauli string after the other."""
    for term in pauli_terms(excitation):
        qubits = [qubit for qubit, _ in term.letters]
        ladder = [Elementary("cnot", pair) for pair in pairwise(qubits)]
        for qubit, letter in term.letters:
            yield from _to_z(qubit, letter)
        yield from ladder
        yield Elementary("rz", (qubits[-1],), -2.0 * term.factor)
        yield from reversed(ladder)
        for qubit, letter in term.letters:
            yield from _from_z(qubit, letter)


def _to_z(qubit: int, letter: Letter) -> Iterator[Elementary]:
    """Turn the axis of a letter to Z."""
    if letter == "Y":
        yield Elementary("s_dagger", (qubit,))
    if letter != "Z":
        yield Elementary("h", (qubit,))


def _from_z(qubit: int, letter: Letter) -> Iterator[Elementary]:
    """Turn it back."""
    if letter != "Z":
        yield Elementary("h", (qubit,))
    if letter == "Y":
        yield Elementary("s", (qubit,))
