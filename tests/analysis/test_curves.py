from dataclasses import replace

import pytest

from molpipe.analysis.curves import curves_of
from molpipe.model.results import EnergyValue
from tests.analysis.cases import with_energies
from tests.analysis.curve_points import point
from tests.sample_results import sample_results

ERRORS = (0.0005, 0.0020, -0.0300)
"""Of CCSD [Ha]: good, more than 1 kcal/mol off, below the exact energy."""


def results(*rows):
    return replace(sample_results(), rows=tuple(rows))


def bond(**settings):
    return [
        point(n, 1.0 + 0.2 * n, casci=-109 + 0.1 * n, ccsd_error=error, **settings)
        for n, error in enumerate(ERRORS, start=1)
    ]


def sentences(curve):
    return " ".join(event.sentence for event in curve.events)


def test_every_method_stands_against_the_one_judge():
    (curve,) = curves_of(results(*reversed(bond())))
    assert (curve.name, curve.label, curve.unit) == ("N2", "bond N1-N2", "angstrom")
    assert curve.coordinates == pytest.approx((1.2, 1.4, 1.6))
    assert curve.judge == "CASCI"
    assert curve.errors_mha["CCSD"] == pytest.approx([1e3 * error for error in ERRORS])
    assert "CASCI" not in curve.errors_mha
    assert curve.rows == {"UCCSD-VQE": (1, 2, 3)}


def test_the_non_parallelity_error_is_the_largest_minus_the_smallest():
    (curve,) = curves_of(results(*bond()))
    assert curve.npe_mha["CCSD"] == pytest.approx(1e3 * (max(ERRORS) - min(ERRORS)))
    assert curve.npe_mha["UCCSD-VQE"] == pytest.approx(0.0, abs=1e-9)
    (alone,) = curves_of(results(bond()[0]))
    assert alone.npe_mha == {}


def test_it_says_where_ccsd_breaks():
    said = sentences(curves_of(results(*bond()))[0])
    assert "At 1.4 angstrom CCSD is more than 1 kcal/mol above CASCI" in said
    assert "At 1.6 angstrom CCSD lies below the exact energy, by up to 30.00 mHa." in said
    failed = [
        with_energies(row, "active", ccsd=EnergyValue.missing("failed", "no")) for row in bond()
    ]
    assert "From 1.2 to 1.6 angstrom CCSD does not converge" in sentences(
        curves_of(results(*failed))[0]
    )


def test_it_says_where_the_hartree_fock_solution_changes():
    first, second, third = bond()
    energy = second.energies.full.hf.value
    solution = replace(second.problem.scf_solution, followed_from=energy + 0.010)
    second = replace(second, problem=replace(second.problem, scf_solution=solution))
    third = replace(third, diagnostics=replace(third.diagnostics, scf_stable_external=False))
    (curve,) = curves_of(results(first, second, third))
    found = [event for event in curve.events if event.kind == "scf-solution"]
    assert [event.coordinate for event in found] == pytest.approx([1.4, 1.6])
    assert "lies up to 10.0 mHa below" in found[0].sentence
    assert "unrestricted" in found[1].sentence


def test_several_ansaetze_are_one_curve_and_several_bases_are_several():
    rows = [*bond(), *bond(ansatz="adapt"), *bond(basis="6-31g")]
    small, large = curves_of(results(*rows))
    assert (small.name, large.name) == ("N2 (sto-3g)", "N2 (6-31g)")
    assert [m for m in small.errors_mha if "VQE" in m] == ["UCCSD-VQE", "ADAPT-VQE"]


def test_what_differs_from_point_to_point_makes_no_other_curve():
    """As in a row of molecules whose active space grows."""
    rows = [replace(row, settings=row.settings | {"active_space": f"{n},{n}"})
            for n, row in zip((2, 4, 6), bond(), strict=True)]  # fmt: skip
    assert len(curves_of(results(*rows))) == 1


def test_a_state_that_nothing_judges_has_no_error():
    first, second, third = bond()
    solver = replace(second.comparison.solver, judge=None)
    second = replace(second, comparison=replace(second.comparison, solver=solver))
    (curve,) = curves_of(results(first, second, third))
    assert curve.errors_mha["UCCSD-VQE"][1] is None
    assert curve.errors_mha["CCSD"][1] is not None
    assert "At 1.4 angstrom UCCSD-VQE has no judge" in sentences(curve)


def test_points_that_did_not_come_through_are_said():
    first, second, third = bond()
    second = replace(second, energies=None, comparison=None, vqe=None, problem=None)
    (curve,) = curves_of(results(first, second, third))
    assert curve.energies["CASCI"][1] is None
    assert "At 1.4 angstrom UCCSD-VQE has no energy" in sentences(curve)


def test_rows_without_a_place_on_a_curve_make_none():
    assert curves_of(sample_results()) == ()


def test_a_curve_that_has_no_one_judge_says_why():
    first, second, third = bond()
    solver = replace(second.comparison.solver, judge="ccsd")
    second = replace(second, comparison=replace(second.comparison, solver=solver))
    (curve,) = curves_of(results(first, second, third))
    assert (curve.judge, curve.errors_mha) == (None, {})
    assert curve.reason == "its points have different judges"
