"""The sector simulator behind Cirq's own simulator interfaces.

It runs the same circuit objects as ``cirq.Simulator``, but holds only the determinants with
the right number of alpha and beta electrons. A gate that would leave the sector is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import cirq
import psutil  # type: ignore[import-untyped]

from molpipe.errors import ResourceError
from molpipe.quantum.gates import FermionicExcitation, ReferenceDeterminant
from molpipe.quantum.jastrow import OccupationPhase
from molpipe.quantum.sector.expectation import pauli_expectation
from molpipe.quantum.sector.layout import sector_shape
from molpipe.quantum.sector.state import SectorState

RUNS = (
    ReferenceDeterminant,
    FermionicExcitation,
    OccupationPhase,
    cirq.MeasurementGate,
    cirq.IdentityGate,
)
"""Gates that keep a state in its sector."""


class SectorSimulationState(cirq.SimulationState[SectorState]):
    """What the gates act on while a circuit runs."""

    def prepare(self, gate: ReferenceDeterminant, qubits: Sequence[cirq.Qid]) -> bool:
        """Fill a reference determinant from vacuum."""
        self._require_register(gate, qubits)
        if self._state.nelec != (0, 0):
            raise ValueError("a reference determinant can only be prepared once, from vacuum")
        _require_memory(gate)
        self._state = SectorState.reference(gate.n_orbitals, gate.nelec)
        return True

    def excite(self, gate: FermionicExcitation, qubits: Sequence[cirq.Qid]) -> bool:
        """Apply a fermionic excitation."""
        self._require_register(gate, qubits)
        self._state.excite(gate.excitation, float(gate.angle))
        return True

    def turn_phase(self, gate: OccupationPhase, qubits: Sequence[cirq.Qid]) -> bool:
        """Apply the phase of an occupation."""
        self._require_register(gate, qubits)
        self._state.turn_phase(gate.occupation, float(gate.angle))
        return True

    @property
    def state(self) -> SectorState:
        """The state as it is now."""
        return self._state

    def _act_on_fallback_(
        self, action: Any, qubits: Sequence[cirq.Qid], allow_decompose: bool = True
    ) -> bool:
        if isinstance(getattr(action, "gate", action), cirq.IdentityGate):
            return True
        raise _leaves(action)

    def _require_register(self, gate: cirq.Gate, qubits: Sequence[cirq.Qid]) -> None:
        if tuple(qubits) != tuple(self.qubits):
            raise ValueError(f"{gate!r} must act on the whole register, in its order")


class SectorStepResult(cirq.StepResultBase[SectorSimulationState]):
    """The state after one moment."""


class SectorTrialResult(cirq.SimulationTrialResultBase[SectorSimulationState]):
    """The end of one simulation."""

    @property
    def state(self) -> SectorState:
        """The final state in its sector."""
        return self._get_merged_sim_state().state

    def state_vector(self) -> Any:
        """The final state as a dense complex128 vector in Cirq's order; 2**qubits numbers."""
        return self.state.state_vector()


class SectorSimulator(
    cirq.SimulatorBase[SectorStepResult, SectorTrialResult, SectorSimulationState],
    cirq.SimulatesExpectationValues,
):
    """Simulates circuits of a ReferenceDeterminant, excitations, phases and measurements."""

    def __init__(self, *, seed: Any = None) -> None:
        super().__init__(seed=seed)

    def simulate_sweep_iter(
        self,
        program: cirq.AbstractCircuit,
        params: cirq.Sweepable,
        qubit_order: Any = cirq.QubitOrder.DEFAULT,
        initial_state: Any = None,
    ) -> Iterator[SectorTrialResult]:
        """The end of the circuit for each point of a sweep; a bad gate is refused before."""
        _require_sector_gates(program)
        return super().simulate_sweep_iter(program, params, qubit_order, initial_state)

    def _run(
        self, circuit: cirq.AbstractCircuit, param_resolver: cirq.ParamResolver, repetitions: int
    ) -> Any:
        _require_sector_gates(circuit)
        return super()._run(circuit, param_resolver, repetitions)

    def simulate_expectation_values_sweep_iter(
        self,
        program: cirq.AbstractCircuit,
        observables: Any,
        params: cirq.Sweepable,
        qubit_order: Any = cirq.QubitOrder.DEFAULT,
        initial_state: Any = None,
        permit_terminal_measurements: bool = False,
    ) -> Iterator[list[float]]:
        """Expectation values of Pauli sums for each point of a sweep."""
        if not permit_terminal_measurements and program.are_any_measurements_terminal():
            raise ValueError("the circuit measures at its end; permit_terminal_measurements?")
        wanted = observables if isinstance(observables, list) else [observables]
        sums = [cirq.PauliSum.wrap(observable) for observable in wanted]
        for result in self.simulate_sweep_iter(program, params, qubit_order, initial_state):
            yield [
                pauli_expectation(result.state, total, result.qubit_map)  # type: ignore[misc]
                for total in sums
            ]

    def _create_partial_simulation_state(
        self,
        initial_state: Any,
        qubits: Sequence[cirq.Qid],
        classical_data: cirq.ClassicalDataStore,
    ) -> SectorSimulationState:
        if isinstance(initial_state, SectorState):
            state = initial_state.copy()
        elif initial_state == 0 and len(qubits) % 2 == 0:
            state = SectorState.reference(len(qubits) // 2, (0, 0))
        else:
            raise ValueError("start from vacuum (0) or a SectorState, on an even number of qubits")
        return SectorSimulationState(
            state=state, prng=self._prng, qubits=qubits, classical_data=classical_data
        )

    def _create_step_result(self, sim_state: Any) -> SectorStepResult:
        return SectorStepResult(sim_state)

    def _create_simulator_trial_result(
        self, params: Any, measurements: Any, final_simulator_state: Any
    ) -> SectorTrialResult:
        return SectorTrialResult(params, measurements, final_simulator_state)


def _require_sector_gates(circuit: cirq.AbstractCircuit) -> None:
    """Refuse what would leave the sector, but inside a circuit operation: that is met there."""
    for operation in circuit.all_operations():
        gate = operation.without_classical_controls().gate
        if gate is not None and not isinstance(gate, RUNS):
            raise _leaves(operation)


def _require_memory(gate: ReferenceDeterminant) -> None:
    n_alpha, n_beta = sector_shape(gate.n_orbitals, gate.nelec)
    wanted, free = 8 * n_alpha * n_beta, psutil.virtual_memory().available
    if wanted > free:
        raise ResourceError(
            f"{n_alpha:,} alpha times {n_beta:,} beta strings take {wanted / 1e9:.3g} GB, "
            f"{free / 1e9:.3g} GB are free",
            code="TOO_LARGE",
            hint="choose fewer orbitals",
        )


def _leaves(action: Any) -> ValueError:
    return ValueError(
        f"the sector simulator cannot run {action!r}: it may leave the sector of fixed "
        "alpha and beta electrons; use ReferenceDeterminant, FermionicExcitation, "
        "OccupationPhase and measurements, or run the circuit on cirq.Simulator"
    )
