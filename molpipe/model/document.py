"""results.json: the document that leaves a run. Its shape is a promise to users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from molpipe.model.comparison import Comparison
from molpipe.model.molecule import Failure, RowWarning, Source
from molpipe.model.relative import RankingBlock, ReactionBlock, SeriesBlock
from molpipe.model.results import CircuitCheck, Diagnostics, EnergyValue, TracePoint, VQEStatus

RowStatus = Literal["ok", "partial", "failed", "refused", "cancelled"]

SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class MoleculeBlock:
    """The molecule that was computed; ``geometry`` rows are symbol, x, y, z [angstrom]."""

    smiles: str | None
    inchikey: str | None
    formula: str
    charge: int
    multiplicity: int
    n_electrons: int
    geometry_source: str | None
    geometry: tuple[tuple[str, float, float, float], ...] | None


@dataclass(frozen=True, kw_only=True)
class SCFSolution:
    """Which Hartree-Fock solution it is; ``energies`` [Ha] of all that were met, used one last."""

    stable: bool | None
    followed_from: float | None
    energies: tuple[float, ...] = ()
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class ProblemBlock:
    """The Hamiltonian; ``core_energy`` [Ha]."""

    basis: str
    ecp: str | None
    n_core_orbitals: int
    reference: Literal["rhf", "rohf"]
    scf_solution: SCFSolution
    n_qubits: int
    n_qubits_tapered: int | None
    active_electrons: tuple[int, int]
    active_orbitals: int
    orbitals: str
    selection_reason: str
    core_energy: float
    solvent: str


@dataclass(frozen=True, kw_only=True)
class ActiveEnergiesBlock:
    """Energies inside the active space."""

    hf: EnergyValue
    mp2: EnergyValue
    ccsd: EnergyValue
    ccsd_t: EnergyValue
    casci: EnergyValue
    vqe: EnergyValue
    nevpt2: EnergyValue
    vqe_nevpt2: EnergyValue


_EARLIER = EnergyValue.missing("not-requested", "an earlier version did not compute it")


@dataclass(frozen=True, kw_only=True)
class FullEnergiesBlock:
    """Energies in all orbitals; ``dft`` is the baseline, of all electrons."""

    hf: EnergyValue
    mp2: EnergyValue
    ccsd: EnergyValue
    ccsd_t: EnergyValue
    ccsd_unrestricted: EnergyValue
    ccsd_t_unrestricted: EnergyValue
    hf_unrestricted: EnergyValue = _EARLIER
    ccsd_t_fno: EnergyValue = _EARLIER
    dft: EnergyValue = _EARLIER


@dataclass(frozen=True, kw_only=True)
class EnergiesBlock:
    """Every energy of a row."""

    active: ActiveEnergiesBlock
    full: FullEnergiesBlock


@dataclass(frozen=True, kw_only=True)
class VQEBlock:
    """How the VQE ended; energies [Ha]."""

    status: VQEStatus
    ansatz: str
    mapping: str
    backend: str
    optimizer: str
    start: str
    start_energy: float
    n_parameters: int
    parameters: tuple[float, ...]
    gradient_norm: float
    n_evaluations: int
    shots: int | None
    stderr: float | None
    seed: int
    two_qubit_gates: int
    depth: int
    trace: tuple[TracePoint, ...]
    circuit_check: CircuitCheck | None
    electron_deviation: float = 0.0


@dataclass(frozen=True, kw_only=True)
class VQEStateBlock:
    """How near the VQE state is to an eigenstate of its Hamiltonian.

    ``residual`` [Ha] is the norm of (H - E)|VQE>, ``casci_overlap`` is |<CASCI|VQE>|.
    """

    residual: float | None
    casci_overlap: float | None


@dataclass(frozen=True, kw_only=True)
class Seconds:
    """Wall time of each stage [s]; of a reused row, those of the original run."""

    conformer: float | None = None
    scf: float | None = None
    problem: float | None = None
    reference: float | None = None
    vqe: float | None = None
    circuit_check: float | None = None
    nevpt2: float | None = None
    baseline: float | None = None
    total: float | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the input, answered; a block that was not reached is None.

    ``stage_keys`` are the content keys of the stages that it came from, by stage.
    """

    row: int
    name: str
    input: str
    source: Source
    status: RowStatus
    key: str | None = None
    stage_keys: Mapping[str, str] = field(default_factory=dict)
    reused: bool = False
    duplicate_of: int | None = None
    series: str | None = None
    coordinate: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    warnings: tuple[RowWarning, ...] = ()
    molecule: MoleculeBlock | None = None
    problem: ProblemBlock | None = None
    energies: EnergiesBlock | None = None
    vqe: VQEBlock | None = None
    vqe_state: VQEStateBlock | None = None
    comparison: Comparison | None = None
    diagnostics: Diagnostics | None = None
    seconds: Seconds = Seconds()
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BatchBlock:
    """The run: ``started``, ``finished`` in ISO 8601 with time zone; ``seconds`` wall time [s]."""

    id: str
    source: str
    source_sha256: str
    columns: Mapping[str, str]
    started: str
    finished: str
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Results:
    """A finished batch, as results.json holds it; the last blocks compare its rows."""

    batch: BatchBlock
    rows: tuple[Row, ...]
    reactions: tuple[ReactionBlock, ...] = ()
    rankings: tuple[RankingBlock, ...] = ()
    series: tuple[SeriesBlock, ...] = ()
    schema_version: int = SCHEMA_VERSION
