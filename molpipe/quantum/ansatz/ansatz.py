"""What every ansatz is: gates in a row, free parameters, and where they start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cirq
import numpy as np
import sympy

from molpipe.quantum import elementary
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant, register
from molpipe.quantum.sector.strings import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Ansatz:
    """A circuit of excitation gates behind a reference determinant.

    Gate k turns by ``parameters[parameter_of[k]]``; both ``excitations`` and
    ``parameter_of`` (n_gates,) stand in the order in which the gates act. ``start`` are the
    start parameters (n_parameters,) and ``start_name`` says where they come from.
    ``scale`` (n_parameters,) is the optimiser's preconditioner: parameters divided by it
    have a Hessian near the identity.
    """

    name: str
    n_orbitals: int
    nelec: tuple[int, int]
    excitations: tuple[Excitation, ...]
    parameter_of: IntArray
    start: FloatArray
    start_name: str
    scale: FloatArray

    @property
    def n_parameters(self) -> int:
        """Free parameters."""
        return int(self.start.size)

    @property
    def symbols(self) -> tuple[sympy.Symbol, ...]:
        """The parameters as they stand in the circuit."""
        return tuple(sympy.Symbol(f"theta_{k}") for k in range(self.n_parameters))

    @cached_property
    def circuit(self) -> cirq.Circuit:
        """The parametrised circuit, on interleaved Jordan-Wigner qubits."""
        qubits, symbols = register(self.n_orbitals), self.symbols
        gates = (
            FermionicExcitation(self.n_orbitals, excitation, symbols[index])
            for excitation, index in zip(self.excitations, self.parameter_of, strict=True)
        )
        reference = ReferenceDeterminant(self.n_orbitals, self.nelec)
        return cirq.Circuit(gate.on(*qubits) for gate in (reference, *gates))

    def angles(self, parameters: FloatArray) -> FloatArray:
        """The angle of each gate, (n_gates,)."""
        if parameters.shape != (self.n_parameters,):
            raise ValueError(f"{self.n_parameters} parameters wanted, got {parameters.shape}")
        return np.asarray(parameters[self.parameter_of])

    def gradient(self, by_gate: FloatArray) -> FloatArray:
        """Derivatives by parameter from the derivatives by gate angle."""
        summed = np.zeros(self.n_parameters)
        np.add.at(summed, self.parameter_of, by_gate)
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
