"""The circuit of a stored VQE, built again, with the optimised parameters in it."""

from __future__ import annotations

import cirq

from molpipe.errors import CalculationError
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import VariationalCircuit, build_ansatz
from molpipe.quantum.mapping import encoding_operations


def stored_ansatz(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    result: VQEResult,
    settings: Settings,
) -> VariationalCircuit:
    """The ansatz of a result, with free parameters; ADAPT grows its circuit again.

    Raises:
        CalculationError: the circuit, built again, has another number of parameters.
    """
    ansatz = build_ansatz(problem, references, settings)
    if ansatz.start.size != result.n_parameters:
        raise CalculationError(
            f"the {ansatz.name} circuit has {ansatz.start.size} parameters, "
            f"the stored result {result.n_parameters}",
            hint="compute the row again with --force",
        )
    return ansatz


def stored_circuit(ansatz: VariationalCircuit, result: VQEResult) -> cirq.Circuit:
    """The circuit at the optimum, on the qubits of the mapping of the result, from vacuum.

    The expectation value of the Hamiltonian in that mapping is the energy of the result.
    """
    values = {f"theta_{k}": value for k, value in enumerate(result.parameters.tolist())}
    circuit = cirq.resolve_parameters(ansatz.circuit, values)
    if ansatz.fermionic:
        circuit += cirq.Circuit(encoding_operations(result.mapping, ansatz.n_orbitals))
    return circuit
