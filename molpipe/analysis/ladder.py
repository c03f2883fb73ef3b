"""The ladder: what stands between Hartree-Fock and the truth, one signed difference a rung.

The rungs are coupled and may cancel, so they are listed and never added up or squared.
"""

from __future__ import annotations

from collections.abc import Iterator

from molpipe.analysis.model import holds_every_orbital
from molpipe.model.comparison import Bound, LadderStep
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from molpipe.units import mha


def build_ladder(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, vqe: VQEResult
) -> tuple[LadderStep, ...]:
    """Every difference that this row measured or bounds, and the ones it does not know."""
    return (
        *_inside(references, vqe),
        *_scf_solution(problem),
        _outside(problem, references),
        _triples(problem, references),
        _frozen_core(problem),
        _unknown("basis set", "no second basis was run"),
        _unknown("geometry, conformers, surroundings, vibrations", "not part of this comparison"),
    )


def _inside(references: ReferenceEnergies, vqe: VQEResult) -> Iterator[LadderStep]:
    active, here = references.active, "same Hamiltonian"
    yield _difference("correlation that VQE finds: VQE − HF", vqe.energy, active.hf, here)
    yield _difference("ansatz and optimiser: VQE − CASCI", vqe.energy, active.casci, here)
    yield _difference("VQE − CCSD", vqe.energy, active.ccsd, here)


def _scf_solution(problem: ActiveSpaceProblem) -> Iterator[LadderStep]:
    followed = problem.mean_field.followed_from
    if followed is not None:
        yield LadderStep(
            step="Hartree-Fock solution: used − first found",
            mha=mha(problem.mean_field.energy - followed),
            bound="exact",
            source="the first solution was unstable and was followed down",
        )


def _outside(problem: ActiveSpaceProblem, references: ReferenceEnergies) -> LadderStep:
    step = "orbitals outside the active space: full CCSD − active CCSD"
    if holds_every_orbital(problem):
        return LadderStep(step=step, mha=0.0, bound="exact", source="the space holds every orbital")
    bound: Bound = "estimate" if references.diagnostics.may_ccsd_judge else "unknown"
    full = references.full.ccsd
    source = "CCSD in both spaces, not variational"
    if full.good is None:
        return _unknown(step, full.reason or f"full-space CCSD is {full.status}")
    return _difference(step, full.good, references.active.ccsd, source, bound)


def _triples(problem: ActiveSpaceProblem, references: ReferenceEnergies) -> LadderStep:
    step = "triple excitations: full CCSD(T) − full CCSD"
    full = references.full
    if full.ccsd_t.good is None:
        return _unknown(step, full.ccsd_t.reason or f"CCSD(T) is {full.ccsd_t.status}")
    bound: Bound = "estimate" if references.diagnostics.may_ccsd_judge else "unknown"
    return _difference(step, full.ccsd_t.good, full.ccsd, "perturbative", bound)


def _frozen_core(problem: ActiveSpaceProblem) -> LadderStep:
    if problem.n_frozen_core == 0:
        return LadderStep(step="frozen core", mha=0.0, bound="exact", source="no orbital is frozen")
    frozen = f"{problem.n_frozen_core} core orbitals are frozen; not measured"
    return _unknown("frozen core", frozen)


def _difference(
    step: str, energy: float, reference: EnergyValue, source: str, bound: Bound = "exact"
) -> LadderStep:
    if reference.good is None:
        return _unknown(step, reference.reason or f"the reference is {reference.status}")
    return LadderStep(step=step, mha=mha(energy - reference.good), bound=bound, source=source)


def _unknown(step: str, why: str) -> LadderStep:
    return LadderStep(step=step, mha=None, bound="unknown", source=why)
