from dataclasses import replace

import pytest

from molpipe.analysis.batch import compare_rows
from molpipe.analysis.series import one_judge, series_blocks
from molpipe.analysis.solver import State, choose_judge, judge_solver
from molpipe.model.results import EnergyValue
from molpipe.units import kcal_mol, mha
from tests.analysis.cases import row, with_energies, with_settings
from tests.tolerances import EXACT

TOO_EXPENSIVE = EnergyValue.missing("too-expensive", "1e9 determinants")


def point(number, *, casci=True, spin_ok=True, may_ccsd_judge=True, **changes):
    """A point of the curve; CASCI out of reach, or of another spin, on demand."""
    found = row(number, f"point {number}", may_ccsd_judge=may_ccsd_judge, **changes)
    if not casci:
        found = with_energies(found, "active", casci=TOO_EXPENSIVE)
    elif not spin_ok:
        value = found.energies.active.casci.value
        found = with_energies(found, "active", casci=EnergyValue.ok(value, s2=2.0))
    active = found.energies.active
    state = State(energy=active.vqe.value, s2=active.vqe.s2)
    judge = choose_judge(active, state, may_ccsd_judge=may_ccsd_judge)
    solver = judge_solver(judge, state, active.hf)
    return replace(
        found,
        series="curve",
        coordinate=0.5 * number,
        comparison=replace(found.comparison, solver=solver),
    )


def judges(rows):
    judged = {found.row: found for found in rows} | {found.row: found for found in one_judge(rows)}
    return [judged[number].comparison.solver for number in sorted(judged)]


def test_what_agrees_already_stays():
    assert one_judge([point(1), point(2)]) == []


def test_the_strongest_that_all_points_have_judges_them_all():
    rows = [point(1), point(2, casci=False), point(3)]
    solvers = judges(rows)
    assert [solver.judge for solver in solvers] == ["ccsd"] * 3
    for solver, found in zip(solvers, rows, strict=True):
        active = found.energies.active
        expected = mha(active.vqe.value - active.ccsd.value)
        assert solver.vqe_minus_judge_mha == pytest.approx(expected)
    assert "series 'curve'" in solvers[0].reason


def test_where_none_judges_all_the_others_are_not_judged_and_say_why():
    rows = [point(1), point(2, may_ccsd_judge=False), point(3, casci=False)]
    solvers = judges(rows)
    assert [solver.judge for solver in solvers] == ["casci", "casci", None]
    assert solvers[2].verdict == "no-judge"
    assert "1e9 determinants" in solvers[2].reason


def test_ccsd_is_no_way_round_a_casci_of_another_spin():
    rows = [point(1), point(2, spin_ok=False), point(3, spin_ok=False)]
    assert [solver.judge for solver in judges(rows)] == ["casci", None, None]


def test_every_point_has_the_same_kind_of_judge_or_none():
    kinds = [{}, {"casci": False}, {"spin_ok": False}, {"may_ccsd_judge": False}]
    for first in kinds:
        for second in kinds:
            for third in kinds:
                rows = [point(n, **kind) for n, kind in enumerate((first, second, third), start=1)]
                assert len({solver.judge for solver in judges(rows)} - {None}) <= 1


def test_other_series_and_rows_without_a_series_are_left_alone():
    alone = replace(point(3, casci=False), series=None)
    other = replace(point(4, casci=False), series="other")
    assert one_judge([point(1), point(2), alone, other]) == []
    assert [found.row for found in compare_rows([point(1), point(2, casci=False), alone])] == [1]


def test_the_error_along_a_curve_is_its_largest_minus_its_smallest():
    errors = [0.001, 0.0004, -0.0002]
    rows = [point(number, vqe_error=error) for number, error in enumerate(errors, start=1)]
    (block,) = series_blocks(reversed(rows))
    assert block.rows == (1, 2, 3)
    assert (block.judge, block.n_judged, block.reason) == ("casci", 3, None)
    assert block.non_parallelity_mha == pytest.approx(1.2)
    assert block.non_parallelity_kcal_mol == pytest.approx(kcal_mol(0.0012))


def test_a_curve_that_cannot_be_judged_says_why():
    failed = replace(point(2), comparison=None, energies=None)
    (short,) = series_blocks([point(1), failed])
    assert (short.rows, short.n_judged, short.non_parallelity_mha) == ((1, 2), 1, None)
    assert "1 of its points" in short.reason
    (mixed,) = series_blocks([point(1), point(2, casci=False)])
    assert (mixed.judge, mixed.reason) == (None, "its points have different judges")


def test_ansaetze_that_share_the_coordinates_are_curves_of_their_own():
    uccsd = [point(number, vqe_error=1e-4 * number) for number in (1, 2)]
    adapt = [with_settings(point(number, vqe_error=5e-3), ansatz="adapt") for number in (1, 2)]
    first, second = series_blocks([*uccsd, *adapt])
    assert (first.name, second.name) == ("curve (uccsd)", "curve (adapt)")
    assert first.non_parallelity_mha == pytest.approx(0.1)
    assert second.non_parallelity_mha == pytest.approx(0.0, abs=1e3 * EXACT)
