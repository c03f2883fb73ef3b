"""The diagonal gates of Jastrow circuits.

exp(i angle n_p) and exp(i angle n_p n_q) are one-parameter gates without a Jordan-Wigner string.
A diagonal Coulomb evolution is a row of them; with real Givens rotations (single excitations)
between neighbouring orbitals they make up every complex orbital rotation as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cirq
import numpy as np
import sympy

from molpipe.quantum.angle_gate import AngleGate, finite


@dataclass(frozen=True)
class Occupation:
    """The operator that is 1 where every named spatial orbital is filled, else 0.

    ``alpha`` and ``beta`` name one spin orbital (n_p) or two (n_p n_q) in total.
    """

    alpha: tuple[int, ...] = ()
    beta: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.spin_orbitals)) != len(self.alpha) + len(self.beta):
            raise ValueError(f"{self} names an orbital twice")
        if len(self.spin_orbitals) not in (1, 2):
            raise ValueError(f"{self} must name one or two spin orbitals")

    @property
    def spin_orbitals(self) -> tuple[int, ...]:
        """The qubits whose filling it asks for, ascending."""
        return tuple(sorted((*(2 * p for p in self.alpha), *(2 * p + 1 for p in self.beta))))


@cirq.value_equality
class OccupationPhase(AngleGate):
    """exp(i angle n) for an occupation n of one or two spin orbitals.

    It spans the whole register, as the excitation gates do. ``angle`` is a number or a sympy
    expression, dimensionless.
    """

    def __init__(self, n_orbitals: int, occupation: Occupation, angle: cirq.TParamVal) -> None:
        self.n_orbitals = n_orbitals
        self.occupation = occupation
        self.angle = finite(angle)
        if occupation.spin_orbitals[-1] >= 2 * n_orbitals:
            raise ValueError(f"{occupation} does not fit into {n_orbitals} orbitals")

    def _decompose_(self, qubits: Sequence[cirq.Qid]) -> Iterator[cirq.Operation]:
        on = [qubits[q] for q in self.occupation.spin_orbitals]
        pi = sympy.pi if self._is_parameterized_() else np.pi
        if len(on) == 1:
            yield cirq.Z(*on) ** (self.angle / pi)
            return
        half = self.angle / (2 * pi)
        yield from (cirq.Z(qubit) ** half for qubit in on)
        yield cirq.CNOT(*on)
        yield cirq.Z(on[1]) ** -half
        yield cirq.CNOT(*on)

    def _act_on_(self, state: Any, qubits: Sequence[cirq.Qid]) -> Any:
        turn = getattr(state, "turn_phase", None)
        return NotImplemented if turn is None else turn(self, qubits)

    def with_angle(self, angle: cirq.TParamVal) -> OccupationPhase:
        """The same occupation with another angle."""
        return OccupationPhase(self.n_orbitals, self.occupation, angle)

    def _value_equality_values_(self) -> tuple[object, ...]:
        return self.n_orbitals, self.occupation, self.angle

    def _json_dict_(self) -> dict[str, object]:
        orbitals = (list(self.occupation.alpha), list(self.occupation.beta))
        return {"n_orbitals": self.n_orbitals, "occupation": orbitals, "angle": self.angle}

    @classmethod
    def _from_json_dict_(
        cls,
        n_orbitals: int,
        occupation: Sequence[Sequence[int]],
        angle: cirq.TParamVal,
        **_: object,
    ) -> OccupationPhase:
        return cls(n_orbitals, Occupation(*(tuple(part) for part in occupation)), angle)

    def _circuit_diagram_info_(self, args: cirq.CircuitDiagramInfoArgs) -> list[str]:
        filled = self.occupation.spin_orbitals
        labels = ["n" if q in filled else "|" for q in range(cirq.num_qubits(self))]
        labels[filled[0]] = f"n({args.format_real(self.angle)})"
        return labels

    def __repr__(self) -> str:
        parts = f"{self.n_orbitals}, {self.occupation}, {self.angle!r}"
        return f"molpipe.quantum.jastrow.OccupationPhase({parts})"
