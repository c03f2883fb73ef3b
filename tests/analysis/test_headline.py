from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from molpipe.analysis.headline import LEADING, SEVERITY, headline
from molpipe.model.comparison import ModelVerdict, SolverVerdict
from tests.model.samples import COMPARISON

EVERY_PAIR = list(product(get_args(SolverVerdict), get_args(ModelVerdict)))


def sentence(solver, model, *, exact_seconds=0.02):
    judged = solver != "no-judge"
    return headline(
        replace(
            COMPARISON.solver,
            verdict=solver,
            judge="casci" if judged else None,
            vqe_minus_judge_mha=0.1 if judged else None,
        ),
        replace(COMPARISON.model, verdict=model),
        exact_seconds=exact_seconds,
        vqe_seconds=0.5,
    )


@pytest.mark.parametrize(("solver", "model"), EVERY_PAIR)
def test_it_is_never_better_than_the_weaker_verdict(solver, model):
    said = sentence(solver, model)
    leads = [verdict for verdict in SEVERITY if said.startswith(f"{LEADING[verdict]}: ")]
    assert leads
    assert min(SEVERITY[lead] for lead in leads) == max(SEVERITY[solver], SEVERITY[model])


@pytest.mark.parametrize(("solver", "model"), EVERY_PAIR)
def test_it_always_says_simulated_and_how_long_each_took(solver, model):
    assert "VQE ran in a classical simulator, for 0.5 s" in sentence(solver, model)
    assert "CASCI, the exact solution, took 0.02 s" in sentence(solver, model)
    without = sentence(solver, model, exact_seconds=None)
    assert without.endswith("no exact solution was computed.")


def test_only_two_good_verdicts_sound_good():
    good = {(solver, model) for solver, model in EVERY_PAIR
            if sentence(solver, model).startswith(("Supported", "Reproduced"))}  # fmt: skip
    assert good == {("reproduces", "supported")}


def test_every_verdict_has_a_weight_and_a_word():
    verdicts = {*get_args(SolverVerdict), *get_args(ModelVerdict)}
    assert set(SEVERITY) == set(LEADING) == verdicts
