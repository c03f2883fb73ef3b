"""An excitation as elementary qubit gates, in the Jordan-Wigner picture.

The circuits are those of Yordanov, Arvidsson-Shukur and Barnes (10.1103/PhysRevA.102.062612):
exp(theta (T - T+)) turns two patterns of the qubits it touches into each other, all sources
filled or all targets filled, with a sign from the parity of the qubits in between. The parity
is collected by a ladder of CNOTs and flips the sense of rotation through a CZ on either side.

A single excitation between neighbours takes 2 two-qubit gates, a double one 13.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from molpipe.quantum.excitation import Excitation

Name = Literal["x", "h", "s", "s_dagger", "ry", "rz", "cnot", "cz"]


@dataclass(frozen=True)
class Elementary:
    """One qubit gate; ``factor`` times the excitation's angle is the angle of an Ry or Rz."""

    name: Name
    qubits: tuple[int, ...]
    factor: float = 0.0


def elementary_gates(excitation: Excitation) -> Iterator[Elementary]:
    """The gates of exp(theta (T - T+)) on Jordan-Wigner qubits, first to act first."""
    filled = [orbital for orbital, creates in excitation.operators if creates]
    emptied = [orbital for orbital, creates in excitation.operators if not creates]
    pivot, sign = filled[0], sign_of(excitation)
    parity = qubits_between(filled + emptied)
    collect = [Elementary("cnot", pair) for pair in pairwise(parity)]
    sense = [Elementary("cz", (parity[-1], pivot))] if parity else []
    yield from (*collect, *sense)
    if excitation.rank == 1:
        yield from _exchange(pivot, emptied[0], sign)
    else:
        controls = [(qubit, 1) for qubit in emptied] + [(qubit, 0) for qubit in filled[1:]]
        yield from _rotation_of_patterns(pivot, controls, sign)
    yield from (*sense, *reversed(collect))


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


def qubits_between(touched: Collection[int]) -> list[int]:
    """Qubits whose filling changes the sign: an odd number of touched ones stand above."""
    return [
        qubit
        for qubit in range(min(touched), max(touched))
        if qubit not in touched and sum(other > qubit for other in touched) % 2
    ]


def sign_of(excitation: Excitation) -> int:
    """Sign of T on the determinant where nothing but its sources is filled."""
    filled = {orbital for orbital, creates in excitation.operators if not creates}
    sign = 1
    for orbital, _ in reversed(excitation.operators):
        sign *= (-1) ** sum(other < orbital for other in filled)
        filled ^= {orbital}
    return sign


def _exchange(to: int, source: int, sign: int) -> Iterator[Elementary]:
    """exp(i theta (XY - YX) / 2): H and CNOT make one Ry on each qubit of the two terms."""
    basis = (Elementary("h", (source,)), Elementary("cnot", (source, to)))
    yield from basis
    yield from (Elementary("ry", (qubit,), sign) for qubit in (to, source))
    yield from reversed(basis)


def _rotation_of_patterns(
    pivot: int, controls: list[tuple[int, int]], sign: int
) -> Iterator[Elementary]:
    """CNOTs make the two patterns differ in the pivot alone, where a controlled Ry turns them.

    The last CZ of the controlled Ry and the CNOT after it are one controlled -iY.
    """
    *align, last = (Elementary("cnot", (pivot, qubit)) for qubit, _ in controls)
    yield from (*align, last)
    *rotation, _ = _controlled_ry(pivot, controls, 2.0 * sign)
    yield from rotation
    target = last.qubits[1]
    yield Elementary("s_dagger", (target,))
    yield last
    yield Elementary("s", (target,))
    yield Elementary("s_dagger", (pivot,))
    yield from reversed(align)


def _controlled_ry(
    pivot: int, controls: list[tuple[int, int]], factor: float
) -> Iterator[Elementary]:
    """Ry(factor theta) on the pivot where each control has its value: a Gray code that ends
    with a CZ from the last control.
    """
    n = len(controls)
    for step in range(2**n):
        gray = step ^ (step >> 1)
        wanted = sum(value for bit, (_, value) in enumerate(controls) if gray >> bit & 1)
        yield Elementary("ry", (pivot,), factor * (-1) ** wanted / 2**n)
        following = (step + 1) % 2**n
        changed = gray ^ following ^ (following >> 1)
        yield Elementary("cz", (controls[changed.bit_length() - 1][0], pivot))
