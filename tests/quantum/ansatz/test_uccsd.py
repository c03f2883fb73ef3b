import importlib

import numpy as np
import pytest

from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.ansatz.factors import ALL
from molpipe.quantum.vqe import minimise
from tests.quantum.molecules import SETTINGS, solved

SYMMETRY = 1e-8
"""Two optimisations of the same energy [Ha], each to a scaled gradient of 1e-6."""


def test_a_closed_shell_ties_every_excitation_to_its_spin_flipped_partner():
    problem, references = solved("H4")
    ansatz = build_ansatz(problem, references, SETTINGS)
    parameter_of = dict(zip(ansatz.excitations, ansatz.parameter_of.tolist(), strict=True))
    for excitation, parameter in parameter_of.items():
        assert parameter_of[excitation.spin_flipped] == parameter


def test_an_open_shell_ties_nothing():
    problem, references = solved("CH2")
    ansatz = build_ansatz(problem, references, SETTINGS)
    assert ansatz.n_parameters == len(ansatz.excitations)


def test_no_excitation_stands_twice_and_all_conserve_the_occupation():
    problem, references = solved("CH2")
    excitations = build_ansatz(problem, references, SETTINGS).excitations
    assert len(set(excitations)) == len(excitations)
    n_alpha, n_beta = problem.nelec
    for excitation in excitations:
        assert all(i < n_alpha for i in excitation.alpha_from)
        assert all(i < n_beta for i in excitation.beta_from)
        assert all(a >= n_alpha for a in excitation.alpha_to)
        assert all(a >= n_beta for a in excitation.beta_to)


def test_singles_act_first_then_doubles_of_unlike_and_of_like_spins():
    problem, references = solved("H4")
    excitations = build_ansatz(problem, references, SETTINGS).excitations
    moved = [(e.rank, abs(len(e.alpha_from) - len(e.beta_from))) for e in excitations]
    kinds = [{(1, 1): 0, (2, 0): 1, (2, 2): 2}[kind] for kind in moved]
    assert kinds == sorted(kinds)
    assert set(kinds) == {0, 1, 2}


def test_excitations_that_symmetry_forbids_are_left_out():
    """In a chain of H4, g and u orbitals alternate: singles keep the parity of the index."""
    problem, references = solved("H4")
    ansatz = build_ansatz(problem, references, SETTINGS)
    singles = [e for e in ansatz.excitations if e.rank == 1 and e.alpha_from]
    assert {(*e.alpha_from, *e.alpha_to) for e in singles} == {(0, 2), (1, 3)}


@pytest.mark.parametrize("name", ["LiH", "H2O"])
def test_excitations_that_symmetry_forbids_would_not_change_the_energy(name, monkeypatch):
    problem, references = solved(name)
    screened = minimise(problem, references, SETTINGS)
    module = importlib.import_module("molpipe.quantum.ansatz.uccsd")
    monkeypatch.setattr(module, "SYMMETRY_ZERO", ALL)
    complete = minimise(problem, references, SETTINGS)
    assert complete.n_parameters > 1.5 * screened.n_parameters
    assert complete.energy == pytest.approx(screened.energy, abs=SYMMETRY)


@pytest.mark.parametrize("start", ["ccsd", "mp2", "zero"])
def test_the_start_changes_the_parameters_and_not_the_circuit(start):
    problem, references = solved("H4")
    ccsd = build_ansatz(problem, references, SETTINGS)
    ansatz = build_ansatz(problem, references, SETTINGS.with_overrides({"start": start}))
    assert ansatz.excitations == ccsd.excitations
    assert ansatz.start_name == start
    assert np.array_equal(ansatz.start, np.zeros(ansatz.n_parameters)) == (start == "zero")


def test_a_single_determinant_has_no_parameter():
    problem, references = solved("He")
    assert build_ansatz(problem, references, SETTINGS).n_parameters == 0
