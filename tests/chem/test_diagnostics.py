from dataclasses import replace

import numpy as np
import pytest

from benchmarks.calibration.measure import geometry as embedded
from benchmarks.calibration.systems import System
from molpipe.chem import determinant
from molpipe.chem.basis import build_molecule
from molpipe.chem.diagnostics import Evidence, diagnose
from molpipe.chem.meanfield import workspace
from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.chem.reference.correlation import coupled_cluster
from molpipe.chem.unrestricted import find_unrestricted
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import (
    atom,
    diatomic,
    ethylene,
    formamide,
    full_sto3g,
    geometry,
    methyl,
    water,
)

STO3G = Settings(basis="sto-3g", active_space="full")
SMALL = Settings(basis="sto-3g", active_space="2,2")


def diagnostics_of(molecule, settings):
    return reference_energies(build_problem(molecule, settings), settings).diagnostics


def restricted_diagnostics_of(molecule):
    """As the reference stage finds them, but without unrestricted CCSD, which takes longest."""
    problem = build_problem(molecule, SMALL)
    mean_field, n_core = problem.mean_field, problem.n_frozen_core
    space = workspace(build_molecule(molecule, "sto-3g"))
    field = determinant.restricted(mean_field, space)
    cluster = coupled_cluster(field, n_core=n_core, cycles=60)
    evidence = Evidence.of(
        "full",
        sum(mean_field.nelec) - 2 * n_core,
        mean_field.energy,
        ccsd=cluster.ccsd,
        ccsd_t=cluster.ccsd_t,
        t1=cluster.t1,
        t2=cluster.t2,
    )
    return diagnose(
        problem,
        evidence,
        EnergyValue.ok(mean_field.energy),
        unrestricted=find_unrestricted(mean_field, space),
        integrals=lambda: space,
    )


@pytest.mark.parametrize(
    ("molecule", "settings", "flags"),
    [
        (diatomic("Li", "H", 1.5949), STO3G, {"green"}),
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


@pytest.mark.parametrize("length", [1.8, 2.2])
def test_stretched_nitrogen_is_red(length):
    found = restricted_diagnostics_of(diatomic("N", "N", length))
    assert found.flag == "red"
    assert not found.may_ccsd_judge
    assert found.interest == "multireference-classically-exact"
    assert found.unrestricted_energy is not None
    assert len(found.reasons) > 1


def test_twisted_ethylene_is_red_and_shows_both_solutions():
    problem = build_problem(ethylene(90), SMALL)
    found = reference_energies(problem, SMALL).diagnostics
    saddle, minimum = problem.mean_field.solutions
    assert minimum == pytest.approx(problem.mean_field.energy, abs=tolerances.FCI)
    assert problem.mean_field.followed_from == saddle
    assert found.flag == "red"
    assert found.unrestricted_energy < minimum
    assert found.unrestricted_s2 == pytest.approx(1.0, abs=0.1)  # a diradical


@pytest.mark.parametrize(
    "molecule",
    [
        diatomic("Be", "O", 1.33),
        geometry([("H", x, y, 0) for x in (0.0, 1.0) for y in (0.0, 1.0)]),
        geometry([("O", 0, 0, 0), ("O", 0, 1.0834, 0.6666), ("O", 0, -1.0834, 0.6666)]),
    ],
    ids=["BeO", "H4 square", "O3"],
)
def test_other_hard_cases_are_red(molecule):
    assert restricted_diagnostics_of(molecule).flag == "red"


def test_where_ccsd_is_exact_it_may_judge_a_broken_bond():
    """F2 in STO-3G has one empty orbital: two holes, and CCSD is FCI."""
    found = restricted_diagnostics_of(diatomic("F", "F", 2.2))
    assert found.unrestricted_s2 == pytest.approx(1.0, abs=0.05)
    assert found.flag == "amber"
    assert found.may_ccsd_judge


@pytest.mark.slow
@pytest.mark.parametrize(
    "smiles",
    [
        "c1ccccc1",
        pytest.param("n1ccccc1", marks=pytest.mark.slow),
        pytest.param("c1ccc2ccccc2c1", marks=pytest.mark.slow),
        pytest.param("CC(=O)Nc1ccc(O)cc1", marks=pytest.mark.slow),
    ],
    ids=["benzene", "pyridine", "naphthalene", "paracetamol"],
)
def test_aromatic_molecules_are_amber_at_most(smiles):
    """UHF lies lower in all of them, with occupations that would call each one red."""
    found = restricted_diagnostics_of(embedded(System(name="", basis="", smiles=smiles)))
    assert found.scf_stable_external is False
    assert min(abs(n - 1) for n in found.unrestricted_natural_occupations) < 0.8
    assert found.flag == "amber"
    assert found.may_ccsd_judge


def test_where_diagnostics_disagree_casscf_decides():
    """Ethylene at 45 degrees: UHF and the doubles warn, its occupations are 1.81 and 0.19."""
    found = restricted_diagnostics_of(ethylene(45))
    assert found.casscf_occupations == pytest.approx((1.81, 0.19), abs=0.01)
    assert found.flag == "amber"
    assert any("CASSCF decides" in reason for reason in found.reasons)
    assert any("CASSCF(2,2)" in source for source in found.sources)


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


CALM = Evidence(
    space="full",
    n_electrons=10,
    ccsd=EnergyValue.ok(-75.0),
    t1=0.01,
    d1=0.01,
    max_t2=0.05,
    triples_share=0.01,
)


@pytest.fixture(scope="module")
def calm():
    problem = build_problem(water(), full_sto3g())

    def integrals():
        return workspace(build_molecule(problem.geometry, problem.mean_field.basis))

    def found(casci=CALM.ccsd, **changed):
        evidence = replace(CALM, **changed)
        return diagnose(problem, evidence, casci, unrestricted=None, integrals=integrals)

    return found


def test_one_sign_alone_never_makes_red(calm):
    """Every single sign that coupled cluster can give, on an otherwise calm molecule."""
    for sign in ({"t1": 0.1, "d1": 0.3}, {"max_t2": 0.9}, {"triples_share": 0.3}):
        assert calm(**sign).flag == "amber"
        assert calm(**sign).casscf_occupations is not None


def test_a_molecule_without_signs_is_not_asked_for_casscf(calm):
    assert calm().casscf_occupations is None


def test_no_space_in_reach_of_simulation_is_beyond_classical(calm):
    """CASCI, selected CI and DMRG would all have to fail."""
    missing = EnergyValue.missing("too-expensive", "many determinants")
    multireference = {"t1": 0.1, "d1": 0.3, "max_t2": 0.9}
    assert calm(missing).interest == "classical-suffices"
    assert calm(missing, **multireference).interest == "multireference-classically-exact"
    failed = EnergyValue.missing("failed", "no root of that spin")
    assert calm(failed, **multireference).interest == "unknown"


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
    assert found.flag == "amber"
    assert any("active space only" in reason for reason in found.reasons)
    assert any("do not carry over" in source for source in found.sources)


def test_an_exact_active_space_does_not_vouch_for_the_molecule():
    """CCSD of (2,2) is exact whatever the molecule; three bonds of N2 are broken here."""
    settings = Settings(basis="sto-3g", active_space="2,2", full_space="none")
    found = diagnostics_of(diatomic("N", "N", 2.2), settings)
    assert found.space == "active"
    assert found.flag == "red"
    assert not found.may_ccsd_judge


def test_natural_occupations_deviate_more_and_more():
    found = diagnostics_of(diatomic("N", "N", 1.1), STO3G).natural_occupations
    deviation = [min(n, 2 - n) for n in found]
    assert deviation == sorted(deviation)
