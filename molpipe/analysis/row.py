"""What the stages found, laid out as a row of results.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from molpipe.analysis.continuity import continuity_warnings
from molpipe.analysis.scf_solution import scf_solution
from molpipe.analysis.surroundings import describe_solvent
from molpipe.analysis.unbound import unbound_warnings
from molpipe.model.comparison import Comparison
from molpipe.model.corrections import SecondOrder
from molpipe.model.document import (
    ActiveEnergiesBlock,
    EnergiesBlock,
    FullEnergiesBlock,
    MoleculeBlock,
    ProblemBlock,
    Row,
    RowStatus,
    Seconds,
    VQEBlock,
    VQEStateBlock,
)
from molpipe.model.molecule import BatchRow, Failure, Geometry, MoleculeRecord
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings

_NO_NEVPT2 = EnergyValue.missing("not-requested", "nevpt2 = auto computes it")
_NO_BASELINE = EnergyValue.missing("not-requested", "baseline names a functional to compute it")
_UNFINISHED = EnergyValue.missing("failed", "the row ended before it")


@dataclass(kw_only=True, eq=False)
class Timing:
    """Wall time of each finished stage [s]."""

    conformer: float | None = None
    scf: float | None = None
    problem: float | None = None
    reference: float | None = None
    vqe: float | None = None
    circuit_check: float | None = None
    nevpt2: float | None = None
    baseline: float | None = None

    def block(self) -> Seconds:
        """As results.json holds it, with the total."""
        parts = _fields(self)
        measured = [seconds for seconds in parts.values() if seconds is not None]
        return Seconds(**parts, total=sum(measured) if measured else None)


@dataclass(kw_only=True, eq=False)
class Findings:
    """What was finished for one row so far: filled in stage by stage, read once at the end."""

    geometry: Geometry | None = None
    problem: ActiveSpaceProblem | None = None
    references: ReferenceEnergies | None = None
    vqe: VQEResult | None = None
    second_order: SecondOrder | None = None
    baseline: EnergyValue | None = None
    comparison: Comparison | None = None
    key: str | None = None
    stage_keys: Mapping[str, str] = field(default_factory=dict)
    reused: bool = False
    seconds: Timing = field(default_factory=Timing)
    failure: Failure | None = None
    status: RowStatus = "ok"


def row_document(row: BatchRow, settings: Settings, found: Findings) -> Row:
    """One row of the results document."""
    return Row(
        row=row.row,
        name=row.name,
        input=row.input,
        source=row.source,
        status=found.status,
        key=found.key,
        stage_keys=dict(found.stage_keys),
        reused=found.reused,
        series=row.series,
        coordinate=row.coordinate,
        settings=settings.model_dump(mode="json"),
        failure=found.failure,
        warnings=(
            *row.warnings,
            *unbound_warnings(found.problem),
            *continuity_warnings(found.problem),
        ),
        molecule=_molecule(row.molecule, found.geometry) if row.molecule else None,
        problem=_problem(found.problem) if found.problem else None,
        energies=_energies(found.references, found, settings) if found.references else None,
        vqe=_vqe(found.vqe) if found.vqe else None,
        vqe_state=_vqe_state(found.second_order) if found.second_order else None,
        comparison=found.comparison,
        diagnostics=found.references.diagnostics if found.references else None,
        seconds=found.seconds.block(),
        extra=row.extra,
    )


def _molecule(molecule: MoleculeRecord, geometry: Geometry | None) -> MoleculeBlock:
    return MoleculeBlock(
        smiles=molecule.smiles,
        inchikey=molecule.inchikey,
        formula=molecule.formula,
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        n_electrons=molecule.n_electrons,
        geometry_source=geometry.origin if geometry else None,
        geometry=tuple((s, x, y, z) for s, (x, y, z) in geometry.atoms) if geometry else None,
    )


def _problem(problem: ActiveSpaceProblem) -> ProblemBlock:
    solution = problem.mean_field
    return ProblemBlock(
        basis=solution.basis,
        ecp=solution.ecp,
        n_core_orbitals=problem.n_frozen_core,
        reference=solution.kind,
        scf_solution=scf_solution(solution),
        n_qubits=problem.n_qubits,
        n_qubits_tapered=None,
        active_electrons=problem.nelec,
        active_orbitals=problem.n_orbitals,
        orbitals=problem.orbitals,
        selection_reason=problem.selection_reason,
        core_energy=problem.core_energy,
        solvent=describe_solvent(problem),
    )


def _energies(references: ReferenceEnergies, found: Findings, settings: Settings) -> EnergiesBlock:
    absent = _NO_NEVPT2 if settings.nevpt2 == "none" else _UNFINISHED
    no_baseline = _NO_BASELINE if settings.baseline == "none" else _UNFINISHED
    second_order = found.second_order or SecondOrder(nevpt2=absent, vqe_nevpt2=absent)
    active = ActiveEnergiesBlock(
        **_fields(references.active),
        vqe=_vqe_energy(found.vqe),
        nevpt2=second_order.nevpt2,
        vqe_nevpt2=second_order.vqe_nevpt2,
    )
    full = FullEnergiesBlock(**_fields(references.full), dft=found.baseline or no_baseline)
    return EnergiesBlock(active=active, full=full)


def _vqe_state(found: SecondOrder) -> VQEStateBlock:
    return VQEStateBlock(residual=found.residual, casci_overlap=found.casci_overlap)


def _vqe_energy(vqe: VQEResult | None) -> EnergyValue:
    if vqe is None:
        return EnergyValue.missing("failed", "the VQE was not finished")
    if vqe.status == "converged":
        return EnergyValue.ok(vqe.energy, s2=vqe.s2)
    return EnergyValue(value=vqe.energy, status="unconverged", reason=vqe.status, s2=vqe.s2)


def _vqe(vqe: VQEResult) -> VQEBlock:
    names = {item.name for item in fields(VQEBlock)} - {"parameters", "n_parameters"}
    return VQEBlock(
        **{name: getattr(vqe, name) for name in names},
        n_parameters=vqe.n_parameters,
        parameters=tuple(vqe.parameters.tolist()),
    )


def _fields(value: Any) -> dict[str, Any]:
    return {item.name: getattr(value, item.name) for item in fields(value)}
