"""An excitation as elementary qubit gates, in the Jordan-Wigner picture.

exp(theta (T - T+)) turns the two patterns of the qubits it touches (all sources filled, or all
targets filled) into each other, with a sign from the parity of the qubits in between. CNOTs
from one touched qubit (the pivot) onto the others make the two patterns differ in the pivot
alone; what is left is a multi-controlled Ry there, written out as a Gray-code sequence of
Ry and CNOT (Yordanov et al., 10.1103/PhysRevA.102.062612); the parity is collected by a CNOT
ladder and flips the sense of rotation through a CZ on either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from molpipe.quantum.excitation import Excitation


@dataclass(frozen=True)
class Elementary:
    """One qubit gate; ``factor`` times the excitation's angle is the angle of an Ry."""

    name: Literal["x", "cnot", "cz", "ry"]
    qubits: tuple[int, ...]
    factor: float = 0.0


def elementary_gates(excitation: Excitation) -> Iterator[Elementary]:
    """The gates of exp(theta (T - T+)) on Jordan-Wigner qubits, first to act first."""
    filled = [orbital for orbital, creates in excitation.operators if creates]
    emptied = [orbital for orbital, creates in excitation.operators if not creates]
    pivot, *others = filled
    controls = [(qubit, 1) for qubit in emptied] + [(qubit, 0) for qubit in others]
    parity = _between(filled + emptied)
    align = [Elementary("cnot", (pivot, qubit)) for qubit, _ in controls]
    collect = [Elementary("cnot", pair) for pair in pairwise(parity)]
    sense = [Elementary("cz", (parity[-1], pivot))] if parity else []
    yield from (*align, *collect, *sense)
    yield from _controlled_ry(pivot, controls, 2.0 * _sign(excitation))
    yield from (*sense, *reversed(collect), *reversed(align))


def two_qubit_gates(gates: Iterable[Elementary]) -> int:
    """How many of the gates act on two qubits."""
    return sum(len(gate.qubits) == 2 for gate in gates)


def depth(gates: Iterable[Elementary], *, n_qubits: int) -> int:
    """Layers that the gates need when each acts as early as its qubits allow."""
    level = [0] * n_qubits
    for gate in gates:
        layer = 1 + max(level[qubit] for qubit in gate.qubits)
        for qubit in gate.qubits:
            level[qubit] = layer
    return max(level, default=0)


def _between(touched: list[int]) -> list[int]:
    """Qubits whose filling changes the sign: an odd number of touched ones stand above."""
    return [
        qubit
        for qubit in range(min(touched), max(touched))
        if qubit not in touched and sum(other > qubit for other in touched) % 2
    ]


def _sign(excitation: Excitation) -> int:
    """Sign of T on the determinant where nothing but its sources is filled."""
    filled = {orbital for orbital, creates in excitation.operators if not creates}
    sign = 1
    for orbital, _ in reversed(excitation.operators):
        sign *= (-1) ** sum(other < orbital for other in filled)
        filled ^= {orbital}
    return sign


def _controlled_ry(
    pivot: int, controls: list[tuple[int, int]], factor: float
) -> Iterator[Elementary]:
    """Ry(factor * theta) on the pivot where each control has its value, as a Gray code."""
    n = len(controls)
    for step in range(2**n):
        gray = step ^ (step >> 1)
        wanted = sum(value for bit, (_, value) in enumerate(controls) if gray >> bit & 1)
        yield Elementary("ry", (pivot,), factor * (-1) ** wanted / 2**n)
        following = (step + 1) % 2**n
        changed = gray ^ following ^ (following >> 1)
        yield Elementary("cnot", (controls[changed.bit_length() - 1][0], pivot))
