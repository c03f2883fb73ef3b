import importlib
from functools import partial

import numpy as np
import pytest

from molpipe.quantum.ansatz import build_ansatz
from molpipe.quantum.ansatz.factors import ALL, excited, term, tied
from molpipe.quantum.vqe import minimise
from molpipe.units import mha
from tests.quantum.ansatz.geometries import beryllium_hydride, hydrogen_chain, lithium_hydride
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import EXACT, FCI, VARIATIONAL

module = importlib.import_module("molpipe.quantum.ansatz.uccsd")  # the function has its name

SYMMETRY = 1e-8
"""Two optimisations of the same energy [Ha], each to a scaled gradient of 1e-6."""

SPIN = 1e-8
"""<S^2> of an energy that is exact to 1e-9 Ha: of second order in what is left."""

# FCI energies [Ha] and UCCSD above them [mHa], STO-3G, all electrons, lengths in angstrom:
# TenCirChem-NG 2024.10, its UCCSD in its own order of factors, L-BFGS-B.
NEAR_EQUILIBRIUM, STRETCHED = 0.2, 1.5
"""How far two orders of the factors may lie apart [mHa]."""

TENCIRCHEM = {
    "H4 0.8": (partial(hydrogen_chain, 4, 0.8), -2.167560544, 0.014, NEAR_EQUILIBRIUM),
    "H4 1.0": (partial(hydrogen_chain, 4, 1.0), -2.166387449, 0.079, NEAR_EQUILIBRIUM),
    "H4 1.5": (partial(hydrogen_chain, 4, 1.5), -1.996150326, 1.360, STRETCHED),
    "H6 1.0": (partial(hydrogen_chain, 6, 1.0), -3.236066280, 0.613, NEAR_EQUILIBRIUM),
    "H6 1.5": (partial(hydrogen_chain, 6, 1.5), -2.995565426, 4.634, STRETCHED),
    "LiH 4.0": (partial(lithium_hydride, 4.0), -7.784278179, 0.141, STRETCHED),
    "BeH2 1.326": (partial(beryllium_hydride, 1.326), -15.595182357, 0.381, NEAR_EQUILIBRIUM),
    "BeH2 2.5": (partial(beryllium_hydride, 2.5), -15.351834314, 11.556, STRETCHED),
}


@pytest.mark.parametrize("name", TENCIRCHEM)
def test_the_optimum_is_that_of_another_program(name):
    molecule, fci, above, tolerance = TENCIRCHEM[name]
    problem, references = molecule()
    result = minimise(problem, references, SETTINGS)
    exact = references.active.casci.value
    assert exact == pytest.approx(fci, abs=FCI)
    assert result.status == "converged"
    assert result.energy > exact - VARIATIONAL
    assert mha(result.energy - exact) == pytest.approx(above, abs=tolerance)


@pytest.mark.parametrize(("name", "s2"), [("H3", 0.75), ("triplet H4", 2.0)])
def test_an_open_shell_is_exact_where_nothing_beyond_doubles_exists(name, s2):
    """One alpha orbital is empty and one beta orbital filled: no triple excitation fits."""
    problem, references = solved(name)
    result = minimise(problem, references, SETTINGS)
    assert result.energy == pytest.approx(references.active.casci.value, abs=VARIATIONAL)
    assert result.energy < problem.hf_energy - 0.03
    assert result.s2 == pytest.approx(s2, abs=SPIN)


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


@pytest.mark.parametrize("name", ["H4", "LiH", "CH2"])
def test_the_compiled_factors_are_those_made_one_by_one(name):
    problem, references = solved(name)
    ansatz = build_ansatz(problem, references, SETTINGS)
    terms = excited(problem, references.ccsd_amplitudes, module.SYMMETRY_ZERO)
    factors = {frozenset(one.excitation for one in factor) for factor in tied(problem, terms)}
    of_parameter = [
        frozenset(e for e, k in zip(ansatz.excitations, ansatz.parameter_of, strict=True) if k == n)
        for n in range(ansatz.n_parameters)
    ]
    assert set(of_parameter) == factors
    for factor, start in zip(of_parameter, ansatz.start, strict=True):
        for excitation in factor:
            known = amplitude_of(references.ccsd_amplitudes, excitation, problem.nelec)
            assert np.tan(start) == pytest.approx(known, abs=EXACT)


def amplitude_of(amplitudes, excitation, nelec):
    """The amplitude of an excitation out of the reference, its orbitals in rising order."""
    n_alpha, n_beta = nelec
    alpha = (*excitation.alpha_from, *(a - n_alpha for a in excitation.alpha_to))
    beta = (*excitation.beta_from, *(b - n_beta for b in excitation.beta_to))
    if len(alpha) == len(beta):
        (i, a), (j, b) = alpha, beta
        return amplitudes.t2ab[i, j, a, b]
    alone = {2: (amplitudes.t1a, amplitudes.t1b), 4: (amplitudes.t2aa, amplitudes.t2bb)}
    return alone[len(alpha or beta)][not alpha][alpha or beta]


def test_factors_of_a_kind_stand_by_rising_denominator():
    problem, references = solved("LiH")
    ansatz = build_ansatz(problem, references, SETTINGS)
    denominators = np.array([term(problem, e).denominator for e in ansatz.excitations])
    unlike = [bool(e.alpha_from and e.beta_from) for e in ansatz.excitations]
    ranks = [e.rank for e in ansatz.excitations]
    kinds = np.array([r + (r == 2 and not u) for r, u in zip(ranks, unlike, strict=True)])
    for kind in (1, 2, 3):
        assert (np.diff(denominators[kinds == kind]) > -EXACT).all()


@pytest.mark.parametrize("name", ["LiH", "H2O"])
def test_excitations_that_symmetry_forbids_would_not_change_the_energy(name, monkeypatch):
    problem, references = solved(name)
    screened = minimise(problem, references, SETTINGS)
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
