"""From the active-space problem to qubits.

The three mappings store occupation numbers differently: Jordan-Wigner keeps them, parity keeps
their running sums, Bravyi-Kitaev (10.1006/aphy.2002.6254) sums over the nodes of a Fenwick
tree. Each is a linear map of bits, so a Jordan-Wigner circuit becomes a circuit of the
other mapping by a row of CNOTs at its end.
"""

from __future__ import annotations

from collections.abc import Iterator

import cirq
import numpy as np
import openfermion as of

from molpipe.errors import InvariantError
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.bitmask import jordan_wigner_masks
from molpipe.quantum.gates import ReferenceDeterminant, register
from molpipe.quantum.sector.strings import IntArray

OPENFERMION_QUBITS = 16
"""Beyond this, our bit masks map the Hamiltonian: OpenFermion's strings take seconds there."""

HF_IDENTITY_TOLERANCE = 1e-8
"""How far the mapped Hartree-Fock energy [Ha] may be from the problem's."""


def interaction_operator(problem: ActiveSpaceProblem) -> of.InteractionOperator:
    """The problem in spin orbitals: OpenFermion's order a+_p a+_q a_r a_s, energies in Ha."""
    physicist = np.einsum("psqr->pqrs", problem.two_body)
    one_body, two_body = of.chem.molecular_data.spinorb_from_spatial(
        np.array(problem.one_body), physicist
    )
    return of.InteractionOperator(problem.core_energy, one_body, 0.5 * two_body)


def qubit_operator(problem: ActiveSpaceProblem, mapping: str) -> of.QubitOperator:
    """The Hamiltonian as OpenFermion's qubit operator [Ha], checked.

    Raises:
        InvariantError: if the Hartree-Fock bit string does not have the problem's
            Hartree-Fock energy to 1e-8 Ha.
    """
    if problem.n_qubits > OPENFERMION_QUBITS:
        masks = jordan_wigner_masks(problem).encoded(encoding_matrix(mapping, problem.n_qubits))
        operator = masks.qubit_operator()
    else:
        operator = _map(interaction_operator(problem), problem.n_qubits, mapping)
    _check_hf_identity(operator, problem, mapping)
    return operator


def qubit_hamiltonian(problem: ActiveSpaceProblem, mapping: str) -> cirq.PauliSum:
    """The Hamiltonian [Ha] as a Cirq observable on the register of the circuits."""
    operator = qubit_operator(problem, mapping)
    return _pauli_sum(operator, problem.n_orbitals)


def s_squared_operator(n_orbitals: int, mapping: str) -> cirq.PauliSum:
    """S^2 as a Cirq observable on the register of the circuits."""
    operator = _map(of.s_squared_operator(n_orbitals), 2 * n_orbitals, mapping)
    return _pauli_sum(operator, n_orbitals)


def encoding_operations(mapping: str, n_orbitals: int) -> Iterator[cirq.Operation]:
    """CNOTs that turn a Jordan-Wigner state into the same state of ``mapping``."""
    qubits = register(n_orbitals)
    matrix = encoding_matrix(mapping, len(qubits))
    for target in reversed(range(len(qubits))):
        for source in np.flatnonzero(matrix[target, :target]):
            yield cirq.CNOT(qubits[int(source)], qubits[target])


def encoding_matrix(mapping: str, n_qubits: int) -> IntArray:
    """(n, n) of 0 and 1: stored bits = matrix @ occupation numbers (mod 2), lower triangular."""
    if mapping == "jordan-wigner":
        return np.eye(n_qubits, dtype=np.int64)
    if mapping == "parity":
        return np.tril(np.ones((n_qubits, n_qubits), dtype=np.int64))
    images = [_bravyi_kitaev_flips(p, n_qubits) for p in range(n_qubits)]
    return np.array(images, dtype=np.int64).T


def _bravyi_kitaev_flips(orbital: int, n_qubits: int) -> list[int]:
    """Which stored bits change when one orbital is filled: the X part of a+_p + a_p."""
    majorana = of.FermionOperator(f"{orbital}^") + of.FermionOperator(f"{orbital}")
    (term,) = of.bravyi_kitaev(majorana, n_qubits).terms
    flipped = {qubit for qubit, pauli in term if pauli in "XY"}
    return [int(qubit in flipped) for qubit in range(n_qubits)]


def _pauli_sum(operator: of.QubitOperator, n_orbitals: int) -> cirq.PauliSum:
    total: cirq.PauliSum = of.qubit_operator_to_pauli_sum(operator, register(n_orbitals))
    return total


def _map(
    operator: of.InteractionOperator | of.FermionOperator, n_qubits: int, mapping: str
) -> of.QubitOperator:
    if mapping == "jordan-wigner":
        return of.jordan_wigner(operator)
    if mapping == "bravyi-kitaev":
        return of.bravyi_kitaev(operator, n_qubits)
    fermionic = isinstance(operator, of.FermionOperator)
    fermions = operator if fermionic else of.get_fermion_operator(operator)
    return of.binary_code_transform(fermions, of.parity_code(n_qubits))


def _check_hf_identity(
    operator: of.QubitOperator, problem: ActiveSpaceProblem, mapping: str
) -> None:
    occupations = np.zeros(problem.n_qubits, dtype=np.int64)
    occupations[list(ReferenceDeterminant(problem.n_orbitals, problem.nelec).filled)] = 1
    bits = encoding_matrix(mapping, problem.n_qubits) @ occupations % 2
    energy = sum(
        coefficient * (-1.0) ** sum(bits[qubit] for qubit, _ in term)
        for term, coefficient in operator.terms.items()
        if all(pauli == "Z" for _, pauli in term)
    )
    if abs(energy - problem.hf_energy) > HF_IDENTITY_TOLERANCE:
        raise InvariantError(
            f"the {mapping} Hamiltonian has a Hartree-Fock energy of {energy.real:.10f} Ha, "
            f"the problem {problem.hf_energy:.10f} Ha",
            stage="vqe",
        )
