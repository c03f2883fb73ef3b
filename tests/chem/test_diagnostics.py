import numpy as np
import pytest

from molpipe.chem.diagnostics import Evidence, diagnose
from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from tests.chem.molecules import (
    atom,
    benzene,
    diatomic,
    formamide,
    full_sto3g,
    geometry,
    methyl,
    water,
)


def diagnostics_of(molecule, settings):
    return reference_energies(build_problem(molecule, settings), settings).diagnostics


STO3G = Settings(basis="sto-3g", active_space="full")


@pytest.mark.parametrize(
    ("molecule", "settings", "flags"),
    [
        (diatomic("Li", "H", 1.5949), STO3G, {"green", "amber"}),
        (water(), Settings(basis="6-31g"), {"green"}),
        (methyl(), Settings(basis="sto-3g"), {"green", "amber"}),
        (formamide(), Settings(basis="6-31g"), {"green", "amber"}),
        (diatomic("N", "N", 1.1), STO3G, {"green", "amber"}),
    ],
    ids=["LiH", "H2O", "CH3", "formamide", "N2"],
)
def test_ordinary_molecules_are_not_red(molecule, settings, flags):
    found = diagnostics_of(molecule, settings)
    assert found.flag in flags
    assert found.may_ccsd_judge
    assert found.interest == "classical-suffices"


@pytest.mark.parametrize("length", [1.5, 2.2])
def test_stretched_nitrogen_is_red(length):
    found = diagnostics_of(diatomic("N", "N", length), STO3G)
    assert found.flag == "red"
    assert not found.may_ccsd_judge
    assert found.interest == "multireference-classically-exact"
    assert len(found.reasons) > 1


@pytest.mark.parametrize(
    "molecule",
    [
        diatomic("F", "F", 2.2),
        diatomic("Be", "O", 1.33),
        geometry([("H", x, y, 0) for x in (0.0, 1.0) for y in (0.0, 1.0)]),
    ],
    ids=["F2 stretched", "BeO", "H4 square"],
)
def test_other_hard_cases_are_red(molecule):
    assert diagnostics_of(molecule, STO3G).flag == "red"


def test_benzene_is_amber_at_most():
    """Unrestricted Hartree-Fock lies lower in every aromatic; alone that says little."""
    found = diagnostics_of(benzene(), Settings(basis="sto-3g"))
    assert found.scf_stable_external is False
    assert found.flag == "amber"
    assert found.may_ccsd_judge


def test_singles_norms_of_an_open_shell_code_equal_the_closed_shell_ones():
    rng = np.random.default_rng(5)
    t1, t2 = rng.normal(size=(3, 4)), rng.normal(size=(3, 3, 4, 4))
    value = EnergyValue.ok(-1.0)

    def norms(t1, t2):
        found = Evidence.of("full", 6, -0.9, ccsd=value, ccsd_t=value, t1=t1, t2=t2)
        return found.t1, found.d1

    assert norms(t1, t2) == pytest.approx(norms((t1, t1), (t2, t2, t2)))
    # Lee and Taylor: the norm over the root of the number of correlated electrons.
    assert norms(t1, t2)[0] == pytest.approx(np.linalg.norm(t1) / np.sqrt(6))


def test_triples_share():
    found = Evidence.of(
        "full",
        4,
        -1.0,
        ccsd=EnergyValue.ok(-1.09),
        ccsd_t=EnergyValue.ok(-1.10),
        t1=np.zeros((2, 2)),
        t2=np.zeros((2, 2, 2, 2)),
    )
    assert found.triples_share == pytest.approx(0.1)


def test_one_sign_alone_never_makes_red():
    """Every single sign that coupled cluster can give, on an otherwise calm molecule."""
    problem = build_problem(water(), full_sto3g())
    calm = {"t1": 0.0, "d1": 0.0, "max_t2": 0.0, "triples_share": 0.0}
    for sign in ({"t1": 0.1, "d1": 0.3}, {"max_t2": 0.9}, {"triples_share": 0.3}):
        evidence = Evidence(
            space="full", n_electrons=10, ccsd=EnergyValue.ok(-75.0), **{**calm, **sign}
        )
        found = diagnose(problem, evidence, EnergyValue.ok(-75.0))
        assert found.flag == "amber"


def test_without_an_exact_answer_interest_is_unknown():
    problem = build_problem(water(), full_sto3g())
    evidence = Evidence(
        space="full",
        n_electrons=10,
        ccsd=EnergyValue.ok(-75.0),
        t1=0.01,
        d1=0.01,
        max_t2=0.05,
        triples_share=0.01,
    )
    missing = EnergyValue.missing("too-expensive", "many determinants")
    assert diagnose(problem, evidence, missing).interest == "unknown"


def test_nothing_is_invented_where_nothing_was_computed():
    found = diagnostics_of(atom("Ne"), full_sto3g())
    assert found.t1 is None
    assert found.d1 is None
    assert found.max_t2 is None
    assert found.triples_share is None
    assert found.scf_stable_internal is None
    assert found.flag == "green"


def test_the_source_of_the_diagnostics_is_named():
    settings = Settings(basis="6-31g", active_space="4,4", full_space="none")
    found = diagnostics_of(water(), settings)
    assert found.space == "active"
    assert any("active space only" in reason for reason in found.reasons)


def test_natural_occupations_deviate_more_and_more():
    found = diagnostics_of(diatomic("N", "N", 1.1), STO3G).natural_occupations
    deviation = [min(n, 2 - n) for n in found]
    assert deviation == sorted(deviation)
