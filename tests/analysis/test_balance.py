from dataclasses import replace

import pytest

from molpipe.analysis.balance import Member, balance_warnings
from molpipe.model.results import EnergyValue
from tests.analysis.cases import row, with_energies, with_settings


def codes(*members):
    found = balance_warnings([Member(r.name if r else "lost", r, n) for r, n in members])
    assert all(warning.message for warning in found)
    return {warning.code for warning in found}


def diagnosed(found, **diagnostics):
    return replace(found, diagnostics=replace(found.diagnostics, **diagnostics))


A, B = row(1, "a"), row(2, "b")

RHF = "optimised at RHF/6-31g*"


def test_like_for_like_has_no_warning():
    assert codes((A, -1), (B, 1)) == set()


def test_spaces_are_weighed_with_their_coefficients():
    """Two fragments of (5e,5o) balance one molecule of (10e,10o), but not (10e,7o)."""
    fragment = row(3, "fragment", space=(5, 5), spin=1)
    whole, smaller = row(4, "whole", space=(10, 10)), row(5, "smaller", space=(10, 7))
    assert "UNBALANCED_SPACE" not in codes((whole, -1), (fragment, 2))
    assert "UNBALANCED_SPACE" in codes((smaller, -1), (fragment, 2))


def test_the_unbalanced_space_of_the_prodrug_study_is_found():
    """Sci Rep 14:16942 gives each of one reactant and three products its own (2e,2o) space."""
    members = [(row(n, f"{n}", space=(2, 2)), sign) for n, sign in enumerate((-1, 1, 1, 1))]
    found = balance_warnings([Member(r.name, r, n) for r, n in members])
    (warning,) = (w for w in found if w.code == "UNBALANCED_SPACE")
    assert "+4 active electrons and +4 active orbitals" in warning.message


def test_a_spin_gap_in_one_space_is_balanced():
    assert codes((row(1, "s", space=(6, 6)), -1), (row(2, "t", space=(6, 6), spin=2), 1)) == set()


@pytest.mark.parametrize("setting", ["basis", "solvent", "frozen_core", "orbitals", "ansatz"])
def test_different_settings_are_named(setting):
    found = balance_warnings(
        [Member("a", A, -1), Member("b", with_settings(B, **{setting: "x"}), 1)]
    )
    assert [warning.code for warning in found] == ["MIXED_SETTINGS"]
    assert setting in found[0].message


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("ETKDGv3 + MMFF94", "ETKDGv3 from random coordinates + UFF", True),
        ("ETKDGv3 + MMFF94", f"ETKDGv3 + MMFF94, {RHF}", False),
        (f"ETKDGv3 + MMFF94, {RHF}", "ETKDGv3 + UFF, optimised at ROHF/6-31g*", True),
        (f"ETKDGv3 + MMFF94, {RHF}", "ETKDGv3 + MMFF94, optimised at PBE0/6-31g*", False),
        ("given in a.xyz", "given in b.xyz", True),
        ("given in a.xyz", "ETKDGv3 + MMFF94", False),
        ("given in a.xyz", "single atom", True),
    ],
)
def test_geometries_made_in_different_ways_are_named(one, two, alike):
    members = [
        (replace(found, molecule=replace(found.molecule, geometry_source=source)), sign)
        for found, source, sign in ((A, one, -1), (B, two, 1))
    ]
    assert codes(*members) == (set() if alike else {"MIXED_GEOMETRIES"})


@pytest.mark.parametrize("kind", ["scf_stable_internal", "scf_stable_external"])
def test_an_unstable_member_is_named(kind):
    assert codes((A, -1), (diagnosed(B, **{kind: False}), 1)) == {"SCF_UNSTABLE"}


def test_a_spin_contaminated_member_is_named_with_its_spin():
    broken = with_energies(B, "full", hf_unrestricted=EnergyValue.ok(-75.0, s2=1.0))
    found = balance_warnings([Member("a", A, -1), Member("b", broken, 1)])
    assert [warning.code for warning in found] == ["SPIN_CONTAMINATED"]
    assert "of b has <S^2> = 1.00 instead of 0.00" in found[0].message


def test_a_member_that_ccsd_may_not_judge_is_named():
    assert codes((A, -1), (diagnosed(B, may_ccsd_judge=False), 1)) == {"CCSD_MAY_NOT_JUDGE"}


def test_another_number_of_molecules_has_no_counterpoise():
    dimer = row(3, "dimer", space=(20, 14))
    assert codes((dimer, -1), (A, 1), (B, 1)) == {"NO_COUNTERPOISE"}


def test_a_member_without_an_answer_is_no_reason_to_warn():
    assert codes((A, -1), (None, 1)) == set()
