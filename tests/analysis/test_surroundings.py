from dataclasses import replace

import numpy as np

from molpipe.analysis.surroundings import describe_solvent
from molpipe.model.problem import ReactionField
from molpipe.model.solvents import Solvent
from molpipe.units import KCAL_MOL_PER_HARTREE
from tests.model.samples import MEAN_FIELD, PROBLEM


def in_solvent(solvent, source):
    n_ao = MEAN_FIELD.mo_coeff.shape[0]
    field = ReactionField(
        solvent=Solvent.parse(solvent), source=source, constant=0.1, potential=np.eye(n_ao)
    )
    mean_field = replace(MEAN_FIELD, reaction_field=field)
    return replace(PROBLEM, mean_field=mean_field, field_response=-0.004 / KCAL_MOL_PER_HARTREE)


def test_the_gas_phase_is_no_solvent():
    assert describe_solvent(PROBLEM) == "none"


def test_model_constant_density_and_what_is_left_out_are_named():
    assert describe_solvent(in_solvent("ddcosmo:water", "hartree-fock")) == (
        "ddCOSMO water (epsilon 78.355), electrostatic part only, frozen field of the "
        "Hartree-Fock density (it would gain 0.004 kcal/mol by following the CASCI density)"
    )
    assert describe_solvent(in_solvent("iefpcm:4.5", "casci")).startswith(
        "IEF-PCM (epsilon 4.5), electrostatic part only, frozen field of the CASCI density"
    )
