from dataclasses import replace

import pytest

from molpipe.analysis.uncertainty import (
    CONVERGED,
    SINGLE_PRECISION,
    SOFTEST,
    left_over,
    tolerance_of,
)
from molpipe.model.results import TracePoint
from molpipe.units import mha
from tests.analysis.cases import row

BASE = row(1, "water")


def vqe(**changes):
    return replace(BASE.vqe, **{"gradient_norm": 0.0, "trace": (), **changes})


@pytest.mark.parametrize("norm", [1e-5, 1e-3])
def test_a_gradient_leaves_what_it_does_in_a_parabola_of_the_softest_curvature(norm):
    """E(x) = k x^2 / 2 has the gradient k x and lies k x^2 / 2 above its minimum."""
    x = norm / SOFTEST
    assert left_over(vqe(gradient_norm=norm)) == pytest.approx(SOFTEST * x**2 / 2)


def test_one_that_stopped_early_may_go_on_by_its_last_step():
    trace = tuple(
        TracePoint(evaluation=n, energy=-1.0 - 0.01 * n, gradient_norm=0.0) for n in (1, 2)
    )
    assert left_over(vqe(status="iteration-limit", trace=trace)) == pytest.approx(0.01)
    assert left_over(vqe(status="converged", trace=trace)) == 0.0


def test_single_precision_and_sampling_count():
    assert left_over(vqe(backend="qsim")) == SINGLE_PRECISION
    assert left_over(vqe(stderr=1e-3)) == pytest.approx(3e-3)


def test_both_rows_count_and_classical_methods_have_their_convergence_alone():
    one, other = replace(BASE, vqe=vqe(stderr=1e-3)), replace(BASE, vqe=vqe(stderr=2e-3))
    assert tolerance_of("vqe", one, other) == pytest.approx(mha(CONVERGED + 9e-3))
    assert tolerance_of("ccsd", one, other) == pytest.approx(mha(CONVERGED))
