"""Gates of a molecule's UCCSD circuit: ours, and one exponential for each Pauli string.

python -m benchmarks.drivers.circuit_size H2O
"""

from __future__ import annotations

import json
import sys

from benchmarks.drivers.references import settings_for, solved
from benchmarks.measurement import versions
from benchmarks.molecules import MOLECULES
from molpipe.quantum.ansatz import Ansatz, build_ansatz
from molpipe.quantum.elementary import Elementary, depth, two_qubit_gates
from molpipe.quantum.gates import ReferenceDeterminant
from molpipe.quantum.pauli_exponentials import pauli_exponential_gates


def main() -> None:
    """Build the ansatz and count; nothing is run."""
    molecule = MOLECULES[sys.argv[1]]
    settings = settings_for(molecule)
    problem, references = solved(molecule, settings)
    ansatz = build_ansatz(problem, references, settings)
    answer = {
        "n_qubits": problem.n_qubits,
        "n_excitations": len(ansatz.excitations),
        "ours": ansatz.circuit_size(),
        "naive": _naive(ansatz),
        "versions": versions(("molpipe",)),
    }
    print(json.dumps(answer))


def _naive(ansatz: Ansatz) -> tuple[int, int]:
    """Two-qubit gates and depth of Pauli exponentials behind the same reference."""
    filled = ReferenceDeterminant(ansatz.n_orbitals, ansatz.nelec).filled
    gates = [Elementary("x", (qubit,)) for qubit in filled]
    gates += [gate for one in ansatz.excitations for gate in pauli_exponential_gates(one)]
    return two_qubit_gates(gates), depth(gates, n_qubits=2 * ansatz.n_orbitals)


if __name__ == "__main__":
    main()
