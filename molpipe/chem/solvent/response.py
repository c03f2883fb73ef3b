"""Does the frozen field still fit the correlated density, and what happens where it does not.

A field made from the Hartree-Fock density is right to first order in what correlation moves.
Where a bond breaks the determinant may be ionic and the true state neutral, and such a field
is wrong by tens of kcal/mol. It is then made again from the CASCI density, and Hartree-Fock
and the orbitals again in that field, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from molpipe.chem.reference.casci import solve_casci
from molpipe.chem.solvent.continuum import Continuum
from molpipe.errors import UnsupportedMolecule
from molpipe.model.arrays import FloatArray
from molpipe.model.problem import ActiveSpaceProblem, ReactionField
from molpipe.units import KCAL_MOL_PER_HARTREE, kcal_mol

SETTLED: Final = 0.01 / KCAL_MOL_PER_HARTREE
"""A field is kept where following the CASCI density would gain less than this [Ha]."""

_CYCLES: Final = 30


def settle(
    problem: ActiveSpaceProblem,
    build: Callable[[ReactionField], ActiveSpaceProblem],
    continuum: Continuum,
) -> ActiveSpaceProblem:
    """The problem in a field that fits its CASCI density.

    Args:
        problem: it stands in the field of the Hartree-Fock density.
        build: makes the same problem in another frozen field.
        continuum: where the field comes from.

    Returns:
        The problem itself where its field fits, else the one at which the CASCI energy stops
        changing; ``field_response`` [Ha] tells how well the field fits.

    Raises:
        UnsupportedMolecule: ``SOLVENT_FIELD`` where there is no CASCI density to ask, or the
            field does not settle.
    """
    energy = None
    for _ in range(_CYCLES):
        before, (energy, density) = energy, _correlated(problem)
        change = 0.0 if before is None else energy - before
        response = continuum.response(problem.mean_field.reaction_field, density)
        if max(abs(response), abs(change)) < SETTLED:
            return replace(problem, field_response=response)
        problem = build(continuum.polarise(density, source="casci"))
    raise UnsupportedMolecule(
        f"the field of {continuum.solvent} and the CASCI density do not settle: the energy still "
        f"moves by {kcal_mol(change):.2f} kcal/mol after {_CYCLES} cycles",
        hint="choose another active space, or compute the molecule in the gas phase",
        code="SOLVENT_FIELD",
    )


def _correlated(problem: ActiveSpaceProblem) -> tuple[float, FloatArray]:
    """CASCI energy [Ha] and total density (n_ao, n_ao)."""
    exact = solve_casci(problem)
    if exact.casci.good is None or exact.density is None:
        raise UnsupportedMolecule(
            f"the solvent's field cannot be checked without CASCI: {exact.casci.reason}",
            hint="choose a smaller active space, or compute the molecule in the gas phase",
            code="SOLVENT_FIELD",
        )
    inactive, active = np.asarray(problem.inactive_coeff), problem.orbital_coeff
    return exact.casci.good, 2 * inactive @ inactive.T + active @ exact.density @ active.T
