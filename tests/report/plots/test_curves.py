from dataclasses import replace

from molpipe.model.curves import Curve, Event
from molpipe.report.plots import curves
from tests.report.plots.shapes import texts

CURVE = Curve(
    name="N2",
    label="bond",
    unit="angstrom",
    coordinates=(1.0, 1.5, 2.0),
    energies={
        "CASCI": (-1.0, -0.9, -0.8),
        "CCSD": (-1.0, -0.9, None),
        "UCCSD-VQE": (-1.0, -0.89, -0.79),
        "CCSD, all orbitals": (-2.0, -1.9, -1.8),
    },
    judge="CASCI",
    errors_mha={"CCSD": (0.0, 0.0, None), "UCCSD-VQE": (0.0, 10.0, 10.0)},
    npe_mha={"UCCSD-VQE": 10.0},
    events=(
        Event(kind="ccsd", coordinate=2.0, until=2.0, sentence="CCSD did not converge."),
        Event(kind="vqe", coordinate=1.5, until=2.0, sentence="VQE misses."),
    ),
)


def test_energies_and_errors_stand_side_by_side():
    shown = texts(curves.draw(CURVE, prefix="c"))
    assert shown.count("UCCSD-VQE") == 2
    assert shown.count("CASCI") == 1
    assert "error against CASCI [mHa]" in shown
    assert shown.count("bond [angstrom]") == 2


def test_energies_in_all_orbitals_do_not_flatten_those_of_the_space():
    assert "CCSD, all orbitals" not in texts(curves.draw(CURVE, prefix="c"))
    only = replace(CURVE, energies={"CCSD, all orbitals": (-2.0, -1.9, -1.8)}, errors_mha={})
    assert "CCSD, all orbitals" in texts(curves.draw(only, prefix="c"))


def test_every_event_has_its_letter():
    shown = " ".join(texts(curves.draw(CURVE, prefix="c"))).split()
    assert shown.count("a") == shown.count("b") == 2  # once in each panel


def test_a_curve_without_a_judge_has_one_panel():
    alone = replace(CURVE, judge=None, reason="none", errors_mha={}, npe_mha={})
    assert texts(curves.draw(alone, prefix="c")).count("bond [angstrom]") == 1


def test_a_curve_without_energies_is_no_plot():
    nothing = replace(CURVE, energies={"CASCI": (None, None, None)}, errors_mha={})
    assert curves.draw(nothing, prefix="c") is None
