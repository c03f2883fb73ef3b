from dataclasses import replace

import numpy as np
import pytest

from molpipe.analysis.continuity import continuity, continuity_warnings
from tests.quantum.problems import random_problem

PROBLEM = random_problem(4, (2, 2), 0)


def following(overlap):
    return replace(PROBLEM, neighbour_overlap=overlap)


def test_a_row_that_stands_alone_follows_nothing():
    assert continuity(PROBLEM) is None
    assert continuity_warnings(PROBLEM) == continuity_warnings(None) == ()


def test_a_space_in_other_orbitals_is_the_same_space():
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    assert continuity(following(turn)) == pytest.approx(1.0)
    assert continuity_warnings(following(turn)) == ()


def test_an_orbital_that_was_replaced_is_warned_about():
    """Three orbitals go on, the fourth is another one."""
    problem = following(np.diag([1.0, 1.0, 1.0, 0.1]))
    assert continuity(problem) == pytest.approx(0.1)
    (warning,) = continuity_warnings(problem)
    assert warning.code == "SPACE_CHANGED"
    assert "0.10" in warning.message
