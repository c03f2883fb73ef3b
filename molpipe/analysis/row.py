"""What the stages found, laid out as a row of results.json."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from molpipe.model.comparison import Comparison
from molpipe.model.document import (
    ActiveEnergiesBlock,
    EnergiesBlock,
    FullEnergiesBlock,
    MoleculeBlock,
    ProblemBlock,
    Row,
    RowStatus,
    SCFSolution,
    Seconds,
    VQEBlock,
)
from molpipe.model.molecule import BatchRow, Failure, Geometry, MoleculeRecord
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings

_NOT_BUILT = EnergyValue.missing("not-requested", "not built yet")


@dataclass(kw_only=True, eq=False)
class Timing:
    """Wall time of each finished stage [s]."""

    conformer: float | None = None
    scf: float | None = None
    problem: float | None = None
    reference: float | None = None
    vqe: float | None = None
    circuit_check: float | None = None

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
    comparison: Comparison | None = None
    key: str | None = None
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
        reused=found.reused,
        series=row.series,
        coordinate=row.coordinate,
        settings=settings.model_dump(mode="json"),
        failure=found.failure,
        warnings=row.warnings,
        molecule=_molecule(row.molecule, found.geometry) if row.molecule else None,
        problem=_problem(found.problem, settings) if found.problem else None,
        energies=_energies(found.references, found.vqe) if found.references else None,
        vqe=_vqe(found.vqe) if found.vqe else None,
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


def _problem(problem: ActiveSpaceProblem, settings: Settings) -> ProblemBlock:
    solution = problem.mean_field
    return ProblemBlock(
        basis=solution.basis,
        ecp=solution.ecp,
        n_core_orbitals=problem.n_frozen_core,
        reference=solution.kind,
        scf_solution=SCFSolution(
            stable=solution.stable_internal, followed_from=solution.followed_from
        ),
        n_qubits=problem.n_qubits,
        n_qubits_tapered=None,
        active_electrons=problem.nelec,
        active_orbitals=problem.n_orbitals,
        orbitals=problem.orbitals,
        selection_reason=problem.selection_reason,
        core_energy=problem.core_energy,
        solvent=settings.solvent,
    )


def _energies(references: ReferenceEnergies, vqe: VQEResult | None) -> EnergiesBlock:
    active = ActiveEnergiesBlock(
        **_fields(references.active),
        vqe=_vqe_energy(vqe),
        nevpt2=_NOT_BUILT,
        vqe_nevpt2=_NOT_BUILT,
    )
    return EnergiesBlock(active=active, full=FullEnergiesBlock(**_fields(references.full)))


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
