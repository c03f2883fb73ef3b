"""Variational circuits, one file each, by the name that the settings use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.ansatz import Ansatz
from molpipe.quantum.ansatz.uccsd import uccsd

__all__ = ["Ansatz", "build_ansatz"]

Builder = Callable[[ActiveSpaceProblem, ReferenceEnergies, Settings], Ansatz]

_BUILDERS: Mapping[str, Builder] = {"uccsd": uccsd}


def build_ansatz(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, settings: Settings
) -> Ansatz:
    """The ansatz that ``settings.ansatz`` names, with start parameters from the references."""
    return _BUILDERS[settings.ansatz](problem, references, settings)
