from dataclasses import replace

import numpy as np

from molpipe.analysis.scf_solution import scf_solution
from molpipe.model.problem import MeanField

ONE = MeanField(
    kind="rhf",
    basis="sto-3g",
    ecp=None,
    energy=-76.855342,
    mo_coeff=np.eye(2),
    mo_energy=np.array([-1.0, 1.0]),
    mo_occ=np.array([2.0, 0.0]),
    stable_internal=True,
    stable_external=True,
    followed_from=None,
    seconds=0.1,
    solutions=(-76.855342,),
)
TWO = replace(
    ONE,
    solutions=(-76.797203, -76.855342),
    followed_from=-76.797203,
    stable_external=False,
)


def test_a_single_minimum_is_said_to_be_one():
    found = scf_solution(ONE)
    assert found.energies == ONE.solutions
    assert "One closed-shell" in found.explanation
    assert "minimum" in found.explanation
    assert "unrestricted" not in found.explanation


def test_every_solution_is_named_with_its_energy():
    explanation = scf_solution(TWO).explanation
    for energy in ("-76.797203", "-76.855342"):
        assert energy in explanation
    assert "58.1 mHa below" in explanation
    assert "unrestricted solution" in explanation


def test_a_saddle_point_is_called_one():
    assert "saddle point" in scf_solution(replace(ONE, stable_internal=False)).explanation


def test_where_nothing_can_rotate_nothing_is_said_of_stability():
    explanation = scf_solution(replace(ONE, stable_internal=None, kind="rohf")).explanation
    assert explanation == "One high-spin Hartree-Fock solution was found."
