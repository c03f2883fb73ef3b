import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der

from molpipe.quantum.optimizer import lbfgs

CURVATURE = np.array([1.0, 50.0, 0.2])
TARGET = np.array([0.3, -0.1, 0.7])


def bowl(parameters):
    offset = parameters - TARGET
    return float(offset @ (CURVATURE * offset)) / 2 - 1.0, CURVATURE * offset


def minimise(objective=bowl, start=None, **changes):
    options = {"scale": np.ones(3), "tolerance": 1e-9, "max_iterations": 100, "seconds": 60.0}
    first = np.zeros(3) if start is None else start
    return lbfgs(objective, first, **{**options, **changes})


def test_a_quadratic_bowl_is_solved():
    end = minimise()
    assert end.status == "converged"
    assert end.parameters == pytest.approx(TARGET, abs=1e-7)
    assert end.energy == pytest.approx(-1.0)
    assert [point.evaluation for point in end.trace] == list(range(1, len(end.trace) + 1))


def test_the_right_preconditioner_makes_it_nearly_a_newton_step():
    scaled = minimise(scale=CURVATURE**-0.5)
    assert len(scaled.trace) < len(minimise().trace)


def test_the_exact_inverse_hessian_makes_it_newtons_method():
    end = minimise(precondition=lambda gradient: gradient / CURVATURE)
    assert len(end.trace) == 2
    assert end.parameters == pytest.approx(TARGET, abs=1e-12)


def test_a_preconditioner_that_points_uphill_is_given_up():
    end = minimise(precondition=lambda gradient: -gradient)
    assert end.status == "converged"
    assert end.parameters == pytest.approx(TARGET, abs=1e-7)


def test_a_curved_valley_is_followed_to_its_end():
    """Rosenbrock's function (10.1093/comjnl/3.3.175); SciPy has its value and gradient."""
    start = np.array([-1.2, 1.0, -0.5])
    end = minimise(
        lambda x: (float(rosen(x)), rosen_der(x)), start=start, tolerance=1e-8, max_iterations=300
    )
    assert end.status == "converged"
    assert end.parameters == pytest.approx(np.ones(3), abs=1e-6)


def test_too_few_iterations_are_a_status():
    end = minimise(max_iterations=1)
    assert end.status == "iteration-limit"
    assert end.energy < bowl(np.zeros(3))[0]


def test_out_of_time_keeps_the_best_point():
    end = minimise(seconds=-1.0)
    assert end.status == "time-limit"
    assert end.energy == bowl(np.zeros(3))[0]


def test_a_gradient_that_is_wrong_stalls():
    def uphill(parameters):
        energy, gradient = bowl(parameters)
        return energy, -gradient

    assert minimise(uphill).status == "stalled"


def test_nothing_to_optimise_is_converged():
    end = minimise(lambda _: (-2.0, np.zeros(0)), start=np.zeros(0), scale=np.ones(0))
    assert (end.status, end.energy, len(end.trace)) == ("converged", -2.0, 1)
