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

FROZEN_CORE, BASIS = "frozen core", "basis set"
"""Rungs that another row of the batch may measure."""

_DISTRUSTED = "by its diagnostics CCSD may not judge all orbitals"

_TWO_POINTS = 2

_SAME = 1e-6
"""Determinants whose energies [Ha] are closer are the same one."""


def build_ladder(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, vqe: VQEResult
) -> tuple[LadderStep, ...]:
    """Every difference that this row measured or bounds, and the ones it does not know."""
    return (
        *_mixed_orbitals(references),
        *_inside(references, vqe),
        *_scf_solution(problem, references),
        _outside(problem, references),
        _triples(references),
        _frozen_core(problem),
        _unknown(BASIS, "no second basis was run"),
        _unknown("geometry, conformers, surroundings, vibrations", "not part of this comparison"),
    )


def _mixed_orbitals(references: ReferenceEnergies) -> Iterator[LadderStep]:
    """Where the space mixes occupied and empty orbitals its determinant is another one."""
    inside, own = references.active.hf, references.full.hf
    if inside.good is not None and own.good is not None and abs(inside.good - own.good) > _SAME:
        step, source = "determinant of the space − Hartree-Fock", "the space mixes orbitals"
        yield _difference(step, inside.good, own, source)


def _inside(references: ReferenceEnergies, vqe: VQEResult) -> Iterator[LadderStep]:
    active, here = references.active, "same Hamiltonian"
    yield _difference("correlation that VQE finds: VQE − HF", vqe.energy, active.hf, here)
    yield _difference("ansatz and optimiser: VQE − CASCI", vqe.energy, active.casci, here)
    yield _optimiser(vqe)
    yield _difference("VQE − CCSD", vqe.energy, active.ccsd, here)


def _optimiser(vqe: VQEResult) -> LadderStep:
    """How far the minimum is, if the energy above it is quadratic in the gradient.

    The last two points of the trace with a falling gradient norm g give the factor:
    (E1 - E2) / (g1^2 - g2^2) * g2^2. It knows the nearest minimum only.
    """
    step = "optimiser alone: VQE − nearest minimum"
    if len(vqe.trace) < _TWO_POINTS:
        return _unknown(step, "the optimisation took one evaluation")
    one, two = vqe.trace[-_TWO_POINTS:]
    fallen = one.gradient_norm**2 - two.gradient_norm**2
    if fallen <= 0 or one.energy < two.energy:
        return _unknown(step, "the last steps of the optimisation do not show it")
    above = (one.energy - two.energy) / fallen * two.gradient_norm**2
    source = "from the last two gradients; another minimum may lie lower"
    return LadderStep(step=step, mha=mha(above), bound="estimate", source=source)


def _scf_solution(
    problem: ActiveSpaceProblem, references: ReferenceEnergies
) -> Iterator[LadderStep]:
    """What other Hartree-Fock solutions there are, and that there may be more."""
    field, lower = problem.mean_field, references.diagnostics.unrestricted_energy
    if field.followed_from is not None:
        yield LadderStep(
            step="Hartree-Fock solution: used − highest found",
            mha=mha(field.energy - field.followed_from),
            bound="exact",
            source="several restricted solutions exist; the lowest one found is used",
        )
    if lower is not None:
        yield LadderStep(
            step="Hartree-Fock solution: unrestricted − used",
            mha=mha(lower - field.energy),
            bound="exact",
            source="the restricted solution is unstable towards it",
        )
    if field.followed_from is None and lower is None:
        yield _unknown("Hartree-Fock solution", "no second solution was found")


def _outside(problem: ActiveSpaceProblem, references: ReferenceEnergies) -> LadderStep:
    """By the best method that ran both in all orbitals and in the active space."""
    step = "orbitals outside the active space"
    if holds_every_orbital(problem):
        return LadderStep(step=step, mha=0.0, bound="exact", source="the space holds every orbital")
    if not references.diagnostics.may_ccsd_judge:
        return _unknown(step, _DISTRUSTED)
    full, active = references.full, references.active
    for name, outside, inside in (
        ("CCSD", full.ccsd, active.ccsd),
        ("CCSD(T) with frozen natural orbitals", full.ccsd_t_fno, active.ccsd_t),
        ("MP2", full.mp2, active.mp2),
    ):
        if outside.good is not None and inside.good is not None:
            source = f"{name} in all orbitals − in the space, not variational"
            return _difference(step, outside.good, inside, source, "estimate")
    return _unknown(step, full.ccsd.reason or f"full-space CCSD is {full.ccsd.status}")


def _triples(references: ReferenceEnergies) -> LadderStep:
    step, full = "triple excitations: full CCSD(T) − full CCSD", references.full
    if full.ccsd_t.good is None:
        return _unknown(step, full.ccsd_t.reason or f"CCSD(T) is {full.ccsd_t.status}")
    if not references.diagnostics.may_ccsd_judge:
        return _unknown(step, _DISTRUSTED)
    return _difference(step, full.ccsd_t.good, full.ccsd, "perturbative", "estimate")


def _frozen_core(problem: ActiveSpaceProblem) -> LadderStep:
    if problem.n_frozen_core == 0:
        return LadderStep(step=FROZEN_CORE, mha=0.0, bound="exact", source="no orbital is frozen")
    return _unknown(FROZEN_CORE, f"{problem.n_frozen_core} core orbitals are frozen; not measured")


def _difference(
    step: str, energy: float, reference: EnergyValue, source: str, bound: Bound = "exact"
) -> LadderStep:
    if reference.good is None:
        return _unknown(step, reference.reason or f"the reference is {reference.status}")
    return LadderStep(step=step, mha=mha(energy - reference.good), bound=bound, source=source)


def _unknown(step: str, why: str) -> LadderStep:
    return LadderStep(step=step, mha=None, bound="unknown", source=why)
