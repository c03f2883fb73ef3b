from dataclasses import replace

import pytest

from molpipe.analysis.second_runs import measure_second_runs
from molpipe.model.comparison import LadderStep
from molpipe.model.results import EnergyValue
from tests.analysis.cases import row, with_energies, with_settings
from tests.sample_results import WATER

CORE = LadderStep(step="frozen core", mha=None, bound="unknown", source="1 core orbital")


def computed(number, basis="sto-3g", *, full=(-75.01, -75.02), hf=-74.96, **settings):
    found = row(number, f"water {number}", basis=basis, full=full, hf=hf)
    comparison = replace(found.comparison, ladder=(*found.comparison.ladder, CORE))
    return with_settings(replace(found, comparison=comparison), **settings)


def rung(name, rows, number=1):
    changed = {found.row: found for found in measure_second_runs(rows)}
    ladder = changed.get(number, rows[number - 1]).comparison.ladder
    return next(step for step in ladder if step.step == name)


def test_a_second_basis_is_a_measured_difference_in_both_rows():
    rows = [computed(1), computed(2, "cc-pvdz", full=(-76.20, -76.24), hf=-76.02)]
    small, large = rung("basis set", rows, 1), rung("basis set", rows, 2)
    assert small.mha == pytest.approx(-1220)
    assert large.mha == pytest.approx(1220)
    assert small.bound == "estimate"
    assert small.source == "cc-pvdz − sto-3g, CCSD(T) in all orbitals, row 2 (water 2)"


def test_of_several_the_lowest_hartree_fock_energy_measures():
    rows = [
        computed(1),
        computed(2, "6-31g", full=(-76.1, -76.12), hf=-75.98),
        computed(3, "cc-pvtz", full=(-76.3, -76.33), hf=-76.05),
    ]
    assert rung("basis set", rows).source.startswith("cc-pvtz")
    assert rung("basis set", rows, 3).source.startswith("6-31g")


def test_a_row_without_a_frozen_core_measures_it():
    rows = [computed(1), computed(2, full=(-75.03, -75.045), frozen_core=False)]
    assert rung("frozen core", rows).mha == pytest.approx(-25)
    assert "all electrons" in rung("frozen core", rows).source


def test_hartree_fock_knows_no_frozen_core():
    lost = {name: EnergyValue.missing("failed", "lost") for name in ("mp2", "ccsd", "ccsd_t")}
    rows = [with_energies(found, "full", **lost) for found in (computed(1), computed(2))]
    core = [rows[0], with_settings(rows[1], frozen_core=False)]
    assert rung("frozen core", core).bound == "unknown"
    basis = [rows[0], with_settings(rows[1], basis="6-31g")]
    assert "Hartree-Fock" in rung("basis set", basis).source


def test_what_may_not_judge_measures_nothing():
    rows = [computed(1), computed(2, "cc-pvdz", full=(-76.20, -76.24))]
    distrusted = replace(rows[1].diagnostics, may_ccsd_judge=False)
    rows[1] = replace(rows[1], diagnostics=distrusted)
    assert "MP2" in rung("basis set", rows).source


@pytest.mark.parametrize(("source", "measured"), [("given in a.xyz", False), (None, True)])
def test_only_minima_may_differ_a_little_in_their_geometry(source, measured):
    """A scan has points this near to each other; a minimum in another basis is still the same."""
    source = source or "ETKDGv3 + MMFF94, optimised at hf"
    longer = (WATER[0], WATER[1], ("H", 0.0, -0.80, -0.49))
    rows = [computed(1), computed(2, "cc-pvdz", full=(-76.2, -76.3))]
    rows = [
        replace(found, molecule=replace(found.molecule, geometry_source=source)) for found in rows
    ]
    rows[1] = replace(rows[1], molecule=replace(rows[1].molecule, geometry=longer))
    assert bool(measure_second_runs(rows)) is measured


@pytest.mark.parametrize("difference", ["geometry", "charge", "solvent", "basis"])
def test_another_molecule_measures_nothing(difference):
    other = computed(2, "sto-3g" if difference == "basis" else "cc-pvdz", full=(-76.2, -76.3))
    if difference == "geometry":
        bent = (WATER[0], WATER[1], ("H", 0.0, -0.756950, 0.468706))
        other = replace(other, molecule=replace(other.molecule, geometry=bent))
    elif difference == "charge":
        other = replace(other, molecule=replace(other.molecule, charge=1))
    elif difference == "solvent":
        other = with_settings(other, solvent="ddcosmo:water")
    assert measure_second_runs([computed(1), other]) == []
