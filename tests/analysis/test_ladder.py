from dataclasses import replace

import numpy as np
import pytest

from molpipe.analysis.ladder import build_ladder
from molpipe.model.results import EnergyValue, TracePoint
from molpipe.units import mha
from tests.analysis.cases import CASCI, HF, references, vqe
from tests.analysis.test_model import REAL_BASIS, with_full, with_larger_space

LARGER = with_larger_space(REAL_BASIS)


def rung(beginning, problem=LARGER, refs=None, result=None):
    steps = build_ladder(problem, references() if refs is None else refs, result or vqe(0.0))
    (found,) = (step for step in steps if step.step.startswith(beginning))
    return found


def parabola(*gradients, curvature=0.4):
    """A trace in a parabola of this curvature [Ha] above CASCI: E = g^2 / 2k."""
    points = tuple(
        TracePoint(evaluation=n, energy=CASCI + g**2 / (2 * curvature), gradient_norm=g)
        for n, g in enumerate(gradients, start=1)
    )
    return replace(vqe(0.0), energy=points[-1].energy, trace=points)


def test_mixed_orbitals_have_a_rung_for_their_determinant():
    kept = with_full(references(), hf=EnergyValue.ok(HF))
    moved = with_full(references(), hf=EnergyValue.ok(HF - 0.002))
    names = [step.step for step in build_ladder(LARGER, kept, vqe(0.0))]
    assert not any(name.startswith("determinant") for name in names)
    assert rung("determinant", refs=moved).mha == pytest.approx(2.0)


@pytest.mark.parametrize("may_ccsd_judge", [True, False])
def test_a_rung_has_a_number_or_says_unknown(may_ccsd_judge):
    refs = with_full(
        references(may_ccsd_judge=may_ccsd_judge),
        ccsd=EnergyValue.ok(HF - 0.5),
        ccsd_t=EnergyValue.ok(HF - 0.52),
    )
    steps = build_ladder(LARGER, refs, vqe(0.0))
    assert all((step.mha is None) == (step.bound == "unknown") for step in steps)
    assert all(step.source for step in steps)
    names = [step.step for step in steps]
    assert len(names) == len(set(names))
    assert {"basis set", "frozen core"} <= {s.step for s in steps if s.bound == "unknown"}


def test_the_optimiser_is_measured_by_its_last_gradients():
    found = rung("optimiser", result=parabola(1e-2, 1e-3))
    assert found.mha == pytest.approx(mha(1e-6 / 0.8))
    assert found.bound == "estimate"
    for trace in (parabola(1e-3), parabola(1e-3, 1e-2)):
        assert rung("optimiser", result=trace).bound == "unknown"


def test_outside_the_space_the_best_method_of_both_spaces_is_used():
    with_mp2 = references(mp2=EnergyValue.ok(CASCI + 0.01))
    with_mp2 = with_full(with_mp2, mp2=EnergyValue.ok(CASCI - 0.29))
    assert rung("orbitals outside", refs=with_mp2).mha == pytest.approx(-300)
    assert rung("orbitals outside", refs=with_mp2).source.startswith("MP2")
    with_ccsd = with_full(with_mp2, ccsd=EnergyValue.ok(CASCI - 0.399))
    assert rung("orbitals outside", refs=with_ccsd).mha == pytest.approx(-400)
    assert rung("orbitals outside", refs=with_ccsd).source.startswith("CCSD in")


def test_what_may_not_judge_measures_nothing_outside():
    refs = with_full(
        references(may_ccsd_judge=False),
        mp2=EnergyValue.ok(-9.0),
        ccsd=EnergyValue.ok(-9.0),
        ccsd_t=EnergyValue.ok(-9.1),
    )
    for beginning in ("orbitals outside", "triple"):
        assert (rung(beginning, refs=refs).mha, rung(beginning, refs=refs).bound) == (
            None,
            "unknown",
        )


def test_a_lower_unrestricted_solution_is_a_rung():
    refs = references()
    energy = LARGER.mean_field.energy - 0.03
    lower = replace(refs, diagnostics=replace(refs.diagnostics, unrestricted_energy=energy))
    assert rung("Hartree-Fock solution: unrestricted", refs=lower).mha == pytest.approx(-30)
    alone = replace(LARGER, mean_field=replace(LARGER.mean_field, followed_from=None))
    assert rung("Hartree-Fock solution", problem=alone).bound == "unknown"


def test_no_rung_is_made_of_the_others():
    """Neither their sum nor the root of their squares."""
    refs = with_full(references(), ccsd=EnergyValue.ok(HF - 0.5), ccsd_t=EnergyValue.ok(HF - 0.52))
    values = [step.mha for step in build_ladder(LARGER, refs, vqe(0.003)) if step.mha]
    for place, value in enumerate(values):
        others = np.delete(values, place)
        assert abs(value - others.sum()) > 1e-3
        assert abs(abs(value) - np.linalg.norm(others)) > 1e-3
    assert len(values) >= 5
