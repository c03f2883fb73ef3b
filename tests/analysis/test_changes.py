from dataclasses import replace

import pytest

from molpipe.analysis.changes import row_changes
from molpipe.analysis.sides import compare_by, compare_methods, compare_runs
from molpipe.errors import InputError
from molpipe.model.results import EnergyValue
from molpipe.units import CHEMICAL_ACCURACY, mha
from tests.analysis.cases import row, with_energies, with_settings
from tests.sample_results import sample_results


def run(*rows, **batch):
    base = sample_results()
    return replace(base, rows=rows, batch=replace(base.batch, **batch))


def shifted(found, mha_, space="active", method="vqe"):
    """The row with one energy moved by so many mHa."""
    energy = getattr(getattr(found.energies, space), method)
    return with_energies(
        found, space, **{method: EnergyValue.ok(energy.value + 1e-3 * mha_, s2=energy.s2)}
    )


def test_a_run_is_equal_to_itself():
    changes = compare_runs([sample_results(), sample_results()])
    assert not changes.any
    (pair,) = changes.pairs
    answered = [found for found in sample_results().rows if found.energies]
    assert sum(molecule.is_bit_equal for molecule in pair.molecules) == len(answered)
    assert len(pair.molecules) == len(sample_results().rows)


def test_what_changed_and_by_how_much():
    before = row(1, "water")
    (pair,) = compare_runs([run(before), run(shifted(before, 2.5))]).pairs
    (molecule,) = pair.changed
    (quantity,) = molecule.beyond
    assert quantity.name == "active.vqe"
    assert quantity.change == pytest.approx(2.5)
    assert quantity.before == before.energies.active.vqe.value
    assert not molecule.is_bit_equal


@pytest.mark.parametrize(("shift", "beyond"), [(0.0005, False), (0.0015, True)])
def test_a_classical_energy_may_change_by_a_microhartree(shift, beyond):
    before = row(1, "water")
    changes = compare_runs([run(before), run(shifted(before, shift, method="ccsd"))])
    assert changes.any is beyond


def test_a_vqe_that_did_not_converge_may_change_by_what_its_gradient_leaves():
    before = row(1, "water")
    loose = replace(before, vqe=replace(before.vqe, gradient_norm=3e-3))
    after = shifted(loose, 0.5)
    assert not row_changes(loose, after).beyond
    assert row_changes(before, replace(after, vqe=before.vqe)).beyond


def test_the_tolerance_can_be_given():
    before = row(1, "water")
    runs = [run(before), run(shifted(before, 2.5))]
    assert not compare_runs(runs, tolerance_mha=3.0).any
    assert compare_runs(runs, tolerance_mha=2.0).any
    with pytest.raises(InputError, match="tolerance"):
        compare_runs(runs, tolerance_mha=-1.0)


def test_another_verdict_and_an_energy_that_is_gone_are_changes():
    before = row(1, "water")
    lost = with_energies(before, "active", ccsd=EnergyValue.missing("failed", "diverged"))
    assert [q.name for q in row_changes(before, lost).beyond] == ["active.ccsd"]
    red = replace(before, diagnostics=replace(before.diagnostics, flag="red"))
    assert [(q.before, q.after) for q in row_changes(before, red).beyond] == [("green", "red")]


def test_what_was_not_asked_for_and_seconds_are_no_changes():
    before = row(1, "water")
    gone = with_energies(before, "active", ccsd=EnergyValue.missing("not-requested", "no"))
    slow = replace(gone, seconds=replace(gone.seconds, vqe=1e6))
    assert row_changes(before, slow).beyond == ()


def test_rows_of_one_side_only_are_named():
    changes = compare_runs([run(row(1, "a"), row(2, "b", formula="N2")), run(row(1, "a"))])
    assert changes.any
    assert changes.pairs[0].only_before == ("b",)


def test_versions_that_differ_are_said_once():
    runs = [
        run(row(1, "a"), versions={"pyscf": "2.6"}),
        run(row(1, "a"), versions={"pyscf": "2.7"}),
    ]
    (cause,) = compare_runs(runs).pairs[0].versions
    assert (cause.what, cause.before, cause.after) == ("pyscf", "2.6", "2.7")


def test_the_same_name_gets_the_id_behind_it():
    one, two = run(row(1, "a"), id="1" * 32), run(row(1, "a"), id="2" * 32)
    labels = [side.label for side in compare_runs([one, two]).sides]
    assert labels == ["pilot 11111111", "pilot 22222222"]


def test_groups_by_a_setting_stand_side_by_side():
    uccsd, adapt = row(1, "a"), with_settings(shifted(row(2, "b"), -0.3), ansatz="adapt")
    changes = compare_by("ansatz", [run(uccsd, replace(adapt, key="other"))])
    assert [side.label for side in changes.sides] == ["uccsd", "adapt"]
    (molecule,) = changes.pairs[0].molecules
    assert [cause.what for cause in molecule.causes] == ["ansatz"]
    assert any(q.name == "active.vqe" for q in molecule.beyond)


@pytest.mark.parametrize(("setting", "said"), [("anzatz", "no row has"), ("basis", "every row")])
def test_a_setting_that_groups_nothing_says_so(setting, said):
    with pytest.raises(InputError, match=said):
        compare_by(setting, [run(row(1, "a"))])


def test_nothing_in_common_cannot_be_compared():
    with pytest.raises(InputError, match="no molecule in common"):
        compare_runs([run(row(1, "a")), run(row(1, "b", formula="N2", smiles="N#N"))])


def test_methods_are_compared_with_the_exact_one():
    found = row(1, "water")
    changes = compare_methods([run(found)])
    assert changes.sides[0].label == "casci"
    by_method = {pair.after.label: pair.molecules[0].quantities[0] for pair in changes.pairs}
    active = found.energies.active
    expected = mha(active.ccsd.value - active.casci.value)
    assert by_method["ccsd"].change == pytest.approx(expected)
    assert by_method["ccsd"].tolerance == pytest.approx(mha(CHEMICAL_ACCURACY))
    assert by_method["hf"].beyond
