"""What every ansatz is: gates in a row, free parameters, and where they start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import cirq
import numpy as np
import sympy

from molpipe.model.results import TracePoint, VQEStatus
from molpipe.quantum import elementary
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.excitation_table import ExcitationTable
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant, register
from molpipe.quantum.sector.strings import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How a circuit grew: one point a round, with the energy [Ha] optimised so far, the norm of
    the gradient [Ha] of the operators that may follow, and the evaluations spent until then.
    """

    status: VQEStatus
    trace: tuple[TracePoint, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ansatz:
    """A circuit of excitation gates behind a reference determinant.

    Gate k turns by ``parameters[parameter_of[k]]``; both ``table`` and ``parameter_of``
    (n_gates,) stand in the order in which the gates act. ``start`` are the
    start parameters (n_parameters,) and ``start_name`` says where they come from.
    ``scale`` (n_parameters,) is the optimiser's preconditioner: parameters divided by it
    have a Hessian near the identity. ``growth`` is there where the circuit was found by
    optimising it, and ``start`` is where that ended.
    """

    name: str
    n_orbitals: int
    nelec: tuple[int, int]
    table: ExcitationTable
    parameter_of: IntArray
    start: FloatArray
    start_name: str
    scale: FloatArray
    growth: Growth | None = None

    fermionic: ClassVar[bool] = True

    @property
    def n_parameters(self) -> int:
        """Free parameters."""
        return int(self.start.size)

    @cached_property
    def excitations(self) -> tuple[Excitation, ...]:
        """The excitations of ``table``, as objects."""
        return tuple(self.table)

    @property
    def symbols(self) -> tuple[sympy.Symbol, ...]:
        """The parameters as they stand in the circuit."""
        return tuple(sympy.Symbol(f"theta_{k}") for k in range(self.n_parameters))

    @cached_property
    def circuit(self) -> cirq.Circuit:
        """The parametrised circuit, on interleaved Jordan-Wigner qubits."""
        symbols = self.symbols
        return cirq.Circuit(self.operations([symbols[k] for k in self.parameter_of]))

    def operations(self, angles: Sequence[cirq.TParamVal]) -> Iterator[cirq.Operation]:
        """The reference determinant, then gate k turned by ``angles[k]``, numbers or symbols."""
        qubits = register(self.n_orbitals)
        yield ReferenceDeterminant(self.n_orbitals, self.nelec).on(*qubits)
        for excitation, angle in zip(self.excitations, angles, strict=True):
            yield FermionicExcitation(self.n_orbitals, excitation, angle).on(*qubits)

    def angles(self, parameters: FloatArray) -> FloatArray:
        """The angle of each gate, (n_gates,)."""
        if parameters.shape != (self.n_parameters,):
            raise ValueError(f"{self.n_parameters} parameters wanted, got {parameters.shape}")
        return np.asarray(parameters[self.parameter_of])

    def gradient(self, by_gate: FloatArray) -> FloatArray:
        """Derivatives by parameter from the derivatives by gate angle."""
        summed: FloatArray = np.bincount(
            self.parameter_of, weights=by_gate, minlength=self.n_parameters
        ).astype(float, copy=False)
        return summed

    def circuit_size(self) -> tuple[int, int]:
        """Two-qubit gates and depth of the decomposed circuit, the reference's X included."""
        gates = [g for e in self.excitations for g in elementary.elementary_gates(e)]
        n_qubits = 2 * self.n_orbitals
        filled = ReferenceDeterminant(self.n_orbitals, self.nelec).filled
        preparation = [elementary.Elementary("x", (q,)) for q in filled]
        return elementary.two_qubit_gates(gates), elementary.depth(
            [*preparation, *gates], n_qubits=n_qubits
        )
