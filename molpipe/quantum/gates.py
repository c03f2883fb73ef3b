"""The gates of a fermionic circuit, as Cirq gates; those with phases stand in ``jastrow``.

They span the whole register, because a fermion's sign reaches across it. A simulator that
knows them (the sector simulator) lets them act as they are; every other one decomposes them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import cirq

from molpipe.quantum.angle_gate import AngleGate, finite
from molpipe.quantum.elementary import Elementary, elementary_gates
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.jastrow import OccupationPhase

FIXED: Mapping[str, cirq.Gate] = {
    "x": cirq.X,
    "h": cirq.H,
    "s": cirq.S,
    "s_dagger": cirq.S**-1,
    "cnot": cirq.CNOT,
    "cz": cirq.CZ,
}
"""Elementary gates without an angle."""

ROTATIONS: Mapping[str, type[cirq.Ry] | type[cirq.Rz]] = {"ry": cirq.Ry, "rz": cirq.Rz}
"""Elementary gates with one."""


@cirq.value_equality
class ReferenceDeterminant(cirq.Gate):
    """Fills the lowest ``nelec`` = (alpha, beta) of ``n_orbitals`` spatial orbitals from vacuum."""

    def __init__(self, n_orbitals: int, nelec: tuple[int, int]) -> None:
        self.n_orbitals = n_orbitals
        self.nelec = (int(nelec[0]), int(nelec[1]))
        if not all(0 <= n <= n_orbitals for n in self.nelec):
            raise ValueError(f"{nelec} electrons do not fit into {n_orbitals} orbitals")

    @property
    def filled(self) -> tuple[int, ...]:
        """The filled qubits, ascending."""
        alpha, beta = self.nelec
        return tuple(sorted((*range(0, 2 * alpha, 2), *range(1, 2 * beta, 2))))

    def _num_qubits_(self) -> int:
        return 2 * self.n_orbitals

    def _has_unitary_(self) -> bool:
        return True

    def _decompose_(self, qubits: Sequence[cirq.Qid]) -> Iterator[cirq.Operation]:
        return (cirq.X(qubits[q]) for q in self.filled)

    def _act_on_(self, state: Any, qubits: Sequence[cirq.Qid]) -> Any:
        prepare = getattr(state, "prepare", None)
        return NotImplemented if prepare is None else prepare(self, qubits)

    def _value_equality_values_(self) -> tuple[object, ...]:
        return self.n_orbitals, self.nelec

    def _json_dict_(self) -> dict[str, object]:
        return {"n_orbitals": self.n_orbitals, "nelec": self.nelec}

    @classmethod
    def _json_namespace_(cls) -> str:
        return "molpipe"

    def _circuit_diagram_info_(self, args: cirq.CircuitDiagramInfoArgs) -> list[str]:
        return ["X" if q in self.filled else "|" for q in range(cirq.num_qubits(self))]

    def __repr__(self) -> str:
        return f"molpipe.quantum.gates.ReferenceDeterminant({self.n_orbitals}, {self.nelec})"


@cirq.value_equality
class FermionicExcitation(AngleGate):
    """exp(angle (T - T+)) for one excitation T, on Jordan-Wigner qubits.

    ``angle`` is a number or a sympy expression, dimensionless.
    """

    def __init__(self, n_orbitals: int, excitation: Excitation, angle: cirq.TParamVal) -> None:
        self.n_orbitals = n_orbitals
        self.excitation = excitation
        self.angle = finite(angle)
        highest = max(orbital for orbital, _ in excitation.operators)
        if highest >= 2 * n_orbitals:
            raise ValueError(f"{excitation} does not fit into {n_orbitals} orbitals")

    def _decompose_(self, qubits: Sequence[cirq.Qid]) -> Iterator[cirq.Operation]:
        for gate in elementary_gates(self.excitation):
            yield as_operation(gate, qubits, self.angle)

    def _act_on_(self, state: Any, qubits: Sequence[cirq.Qid]) -> Any:
        excite = getattr(state, "excite", None)
        return NotImplemented if excite is None else excite(self, qubits)

    def with_angle(self, angle: cirq.TParamVal) -> FermionicExcitation:
        """The same excitation with another angle."""
        return FermionicExcitation(self.n_orbitals, self.excitation, angle)

    def _value_equality_values_(self) -> tuple[object, ...]:
        return self.n_orbitals, self.excitation, self.angle

    def _json_dict_(self) -> dict[str, object]:
        e = self.excitation
        lists = (list(e.alpha_from), list(e.alpha_to), list(e.beta_from), list(e.beta_to))
        return {"n_orbitals": self.n_orbitals, "excitation": lists, "angle": self.angle}

    @classmethod
    def _from_json_dict_(
        cls,
        n_orbitals: int,
        excitation: Sequence[Sequence[int]],
        angle: cirq.TParamVal,
        **_: object,
    ) -> FermionicExcitation:
        return cls(n_orbitals, Excitation(*(tuple(part) for part in excitation)), angle)

    def _circuit_diagram_info_(self, args: cirq.CircuitDiagramInfoArgs) -> list[str]:
        roles = {orbital: "+" if creates else "-" for orbital, creates in self.excitation.operators}
        labels = [roles.get(q, "|") for q in range(cirq.num_qubits(self))]
        first = min(roles)
        labels[first] = f"{labels[first]}({args.format_real(self.angle)})"
        return labels

    def __repr__(self) -> str:
        parts = f"{self.n_orbitals}, {self.excitation}, {self.angle!r}"
        return f"molpipe.quantum.gates.FermionicExcitation({parts})"


_FERMIONIC = (ReferenceDeterminant, FermionicExcitation, OccupationPhase)


def as_operation(
    gate: Elementary, qubits: Sequence[cirq.Qid], angle: cirq.TParamVal
) -> cirq.Operation:
    """An elementary gate on the register ``qubits`` as a Cirq operation."""
    turns = ROTATIONS.get(gate.name)
    made = turns(rads=gate.factor * angle) if turns else FIXED[gate.name]
    return made.on(*(qubits[q] for q in gate.qubits))


def register(n_orbitals: int) -> list[cirq.LineQubit]:
    """The qubits of a circuit: interleaved spin orbitals on a line."""
    return cirq.LineQubit.range(2 * n_orbitals)


def decomposed(circuit: cirq.Circuit) -> cirq.Circuit:
    """The circuit with every fermionic gate written out in X, CNOT, CZ, Ry and powers of Z."""
    operations = itertools.chain.from_iterable(
        cirq.decompose_once(op) if _is_fermionic(op) else (op,) for op in circuit.all_operations()
    )
    return cirq.Circuit(operations)


def _is_fermionic(operation: cirq.Operation) -> bool:
    return isinstance(operation.gate, _FERMIONIC)


def json_resolver(cirq_type: str) -> type[cirq.Gate] | None:
    """The gate of a type name in Cirq JSON, for ``cirq.read_json(resolvers=...)``."""
    return {f"molpipe.{gate.__name__}": gate for gate in _FERMIONIC}.get(cirq_type)
