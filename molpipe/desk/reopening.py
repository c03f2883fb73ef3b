"""A stored result in full: its Hamiltonian, references, VQE and circuit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from molpipe.errors import InputError, StoreError
from molpipe.model.arrays import FloatArray
from molpipe.model.document import Row
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings
from molpipe.store import RunSummary, Store

if TYPE_CHECKING:
    import cirq
    import openfermion as of

    from molpipe.quantum.ansatz import VariationalCircuit

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, eq=False)
class Reopened:
    """A stored result; energies and integrals [Ha].

    ``references`` and ``vqe`` are None where the row did not get so far.
    """

    row: Row
    settings: Settings
    problem: ActiveSpaceProblem
    references: ReferenceEnergies | None
    vqe: VQEResult | None

    @property
    def parameters(self) -> FloatArray:
        """The optimised parameters (n,), in the order of the ansatz.

        Raises:
            InputError: the row has no finished VQE.
        """
        return self._finished()[1].parameters

    @cached_property
    def ansatz(self) -> VariationalCircuit:
        """The ansatz; its ``circuit`` has the parameters as symbols.

        Raises:
            InputError: the row has no finished VQE.
            CalculationError: this version of molpipe builds another circuit.
        """
        from molpipe.quantum.stored_circuit import stored_ansatz  # noqa: PLC0415

        references, vqe = self._finished()
        return stored_ansatz(self.problem, references, vqe, self.settings)

    @cached_property
    def circuit(self) -> cirq.Circuit:
        """The circuit at the optimum, from vacuum, in the mapping of the result.

        Raises:
            InputError: the row has no finished VQE.
            CalculationError: this version of molpipe builds another circuit.
        """
        from molpipe.quantum.stored_circuit import stored_circuit  # noqa: PLC0415

        return stored_circuit(self.ansatz, self._finished()[1])

    @cached_property
    def hamiltonian(self) -> of.QubitOperator:
        """The qubit Hamiltonian [Ha], in the mapping of the settings."""
        from molpipe.quantum.mapping import qubit_operator  # noqa: PLC0415

        return qubit_operator(self.problem, self.settings.mapping)

    def _finished(self) -> tuple[ReferenceEnergies, VQEResult]:
        if self.references is None or self.vqe is None:
            raise _unfinished(self.row, "circuit")
        return self.references, self.vqe


def reopen_result(name_or_key: str, store: Store) -> Reopened:
    """What is stored of the row with this name or key.

    Args:
        name_or_key: the name of a row, or 8 characters of its key or more.
        store: holds it.

    Raises:
        InputError: there is no such result, there are several, or it has no Hamiltonian.
        StoreError: its stages are not in the database, or it fails.
    """
    row = one_row(name_or_key, store.find_rows(name_or_key))
    if row.problem is None:
        raise _unfinished(row, "Hamiltonian")
    problem = _stage(row, "problem", ActiveSpaceProblem, store)
    if problem is None:
        raise StoreError(
            f"the Hamiltonian of {shortened(row.name)} is not in the result database",
            hint="it was pruned, or an earlier version made the row: run the batch again",
        )
    return Reopened(
        row=row,
        settings=Settings.parse(row.settings),
        problem=problem,
        references=_stage(row, "reference", ReferenceEnergies, store),
        vqe=_stage(row, "vqe", VQEResult, store),
    )


def one_row(wanted: str, found: Sequence[tuple[RunSummary, Row]]) -> Row:
    """The newest of the rows that were found, which all must have come to one result.

    Raises:
        InputError: there is none, or they came to several.
    """
    if not found:
        raise InputError(
            f"no result is named {shortened(wanted)!r} or has a key that begins so",
            hint="results.csv of a run lists names and keys",
            code="NO_RESULT",
        )
    rows = [row for _, row in found if row.key is not None] or [row for _, row in found]
    keys = list(dict.fromkeys(row.key[:8] for row in rows if row.key is not None))
    if len(keys) > 1:
        raise InputError(
            f"{len(keys)} results are named {shortened(wanted)!r}",
            hint=f"name one by its key: {', '.join(keys[:5])}{' ...' * (len(keys) > 5)}",
        )
    return rows[0]


def shortened(name: str) -> str:
    """A name as it fits into a line."""
    one_line = " ".join(name.split())
    return one_line if len(one_line) <= 60 else f"{one_line[:57]}..."


def _stage(row: Row, stage: str, kind: type[T], store: Store) -> T | None:
    key = row.stage_keys.get(stage)
    found = None if key is None else store.recall(key, kind)
    return None if found is None else found.value


def _unfinished(row: Row, what: str) -> InputError:
    name = shortened(row.name)
    if row.failure is None:
        return InputError(f"{name} has no {what} in the result database", hint="run it again")
    return InputError(
        f"{name} has no {what}: status {row.status} at the stage {row.failure.stage}, "
        f"{row.failure.message}",
        hint=row.failure.hint,
    )
