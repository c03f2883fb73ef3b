"""The solvent of a row in words: what is counted, and what its field was made from."""

from __future__ import annotations

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.solvents import MODELS
from molpipe.units import kcal_mol

_SOURCES = {"hartree-fock": "Hartree-Fock", "casci": "CASCI"}


def describe_solvent(problem: ActiveSpaceProblem) -> str:
    """Model, dielectric constant, what is left out, and how well the frozen field fits."""
    field = problem.mean_field.reaction_field
    if field is None:
        return "none"
    solvent = field.solvent
    name = " ".join([MODELS[solvent.model], solvent.name]).strip()
    text = (
        f"{name} (epsilon {solvent.epsilon:g}), electrostatic part only, "
        f"frozen field of the {_SOURCES[field.source]} density"
    )
    if problem.field_response is None:
        return text
    gain = abs(kcal_mol(problem.field_response))
    return f"{text} (it would gain {gain:.3f} kcal/mol by following the CASCI density)"
