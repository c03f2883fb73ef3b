"""Variational circuits, one file each, by the name that the settings use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.ansatz import Ansatz
from molpipe.quantum.ansatz.hardware_efficient import hardware_efficient
from molpipe.quantum.ansatz.lucj import lucj
from molpipe.quantum.ansatz.puccd import puccd
from molpipe.quantum.ansatz.uccsd import uccsd
from molpipe.quantum.ansatz.upccgsd import upccgsd
from molpipe.quantum.ansatz.variational import VariationalCircuit

__all__ = ["Ansatz", "VariationalCircuit", "build_ansatz"]

Builder = Callable[[ActiveSpaceProblem, ReferenceEnergies, Settings], VariationalCircuit]

_BUILDERS: Mapping[str, Builder] = {
    "hardware-efficient": hardware_efficient,
    "lucj": lucj,
    "puccd": puccd,
    "uccsd": uccsd,
    "upccgsd": upccgsd,
}


def build_ansatz(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    settings: Settings,
    *,
    seconds: float = float("inf"),
) -> VariationalCircuit:
    """The ansatz that ``settings.ansatz`` names, with start parameters from the references.

    ADAPT grows its circuit here, for at most ``seconds`` [s].
    """
    if settings.ansatz == "adapt":
        # It runs on a backend, and backends import this package: so not at the top.
        from molpipe.quantum.ansatz.adapt import adapt  # noqa: PLC0415

        return adapt(problem, references, settings, seconds=seconds)
    return _BUILDERS[settings.ansatz](problem, references, settings)
