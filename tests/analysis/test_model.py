from dataclasses import replace

import numpy as np

from molpipe.analysis.model import has_force_field_geometry, holds_every_orbital, judge_model
from molpipe.chem.conformer import embed
from molpipe.chem.intake import read_smiles
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from tests.analysis.cases import CASCI, HF, references
from tests.model import samples

REAL_BASIS = replace(
    samples.PROBLEM, mean_field=replace(samples.PROBLEM.mean_field, basis="cc-pvdz", energy=HF)
)


def with_larger_space(problem):
    """One more molecular orbital outside the active space."""
    field = problem.mean_field
    more = replace(
        field,
        mo_coeff=np.eye(4),
        mo_energy=np.append(field.mo_energy, 3.0),
        mo_occ=np.append(field.mo_occ, 0.0),
    )
    return replace(problem, mean_field=more)


def with_full(refs, **energies):
    return replace(refs, full=replace(refs.full, **energies))


def test_a_space_of_every_orbital_holds_all_its_correlation():
    assert holds_every_orbital(REAL_BASIS)
    model = judge_model(REAL_BASIS, references())
    assert (model.verdict, model.full_space_judge) == ("supported", "casci")
    assert model.active_share_of_correlation == 1.0


def test_a_minimal_basis_is_never_supported():
    assert judge_model(samples.PROBLEM, references()).verdict == "limited"


def test_share_is_that_of_the_full_space_judge():
    problem = with_larger_space(REAL_BASIS)
    small = with_full(references(), ccsd_t=EnergyValue.ok(HF - 0.500))
    large = with_full(references(), ccsd_t=EnergyValue.ok(HF - 0.051))
    assert judge_model(problem, small).verdict == "limited"
    assert abs(judge_model(problem, small).active_share_of_correlation - 0.1) < 1e-12
    assert judge_model(problem, large).verdict == "supported"


def test_share_is_measured_from_hartree_fock_where_the_space_has_another_determinant():
    problem = with_larger_space(REAL_BASIS)
    field = replace(problem.mean_field, energy=HF - 0.010)
    refs = with_full(references(), ccsd_t=EnergyValue.ok(HF - 0.110))
    share = judge_model(replace(problem, mean_field=field), refs).active_share_of_correlation
    assert abs(share - 0.4) < 1e-12


def test_without_a_full_space_judge_the_model_is_unknown():
    model = judge_model(with_larger_space(REAL_BASIS), references())
    assert (model.verdict, model.active_share_of_correlation) == ("unknown", None)


def test_a_red_flag_is_multireference():
    refs = references()
    red = replace(refs, diagnostics=replace(refs.diagnostics, flag="red", may_ccsd_judge=False))
    assert judge_model(REAL_BASIS, red).verdict == "multireference"
    assert CASCI < HF


def test_a_force_field_geometry_is_never_supported():
    settings = Settings(basis="cc-pvdz").with_overrides({"conformer.refine": "none"})
    drawn = embed(read_smiles("O").molecule, settings)
    problem = replace(REAL_BASIS, geometry=drawn)
    assert has_force_field_geometry(problem)
    assert judge_model(problem, references()).verdict == "limited"
    optimised = replace(drawn, origin=f"{drawn.origin}, optimised at hf/cc-pvdz")
    assert judge_model(replace(problem, geometry=optimised), references()).verdict == "supported"
