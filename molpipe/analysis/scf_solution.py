"""Which Hartree-Fock solution a row stands on, in words."""

from __future__ import annotations

from molpipe.model.document import SCFSolution
from molpipe.model.problem import MeanField
from molpipe.units import mha

_KIND = {"rhf": "closed-shell", "rohf": "high-spin"}


def scf_solution(mean_field: MeanField) -> SCFSolution:
    """Every restricted solution that was met, and what the one used is."""
    return SCFSolution(
        stable=mean_field.stable_internal,
        followed_from=mean_field.followed_from,
        energies=mean_field.solutions,
        explanation=" ".join(sentence for sentence in _sentences(mean_field) if sentence),
    )


def _sentences(mean_field: MeanField) -> tuple[str, str, str]:
    return _met(mean_field), _stability(mean_field), _unrestricted(mean_field)


def _met(mean_field: MeanField) -> str:
    kind, energies = _KIND[mean_field.kind], mean_field.solutions
    if len(energies) < 2:
        return f"One {kind} Hartree-Fock solution was found."
    *others, used = energies
    listed = ", ".join(f"{energy:.6f}" for energy in others)
    return (
        f"{len(energies)} {kind} Hartree-Fock solutions were found: {listed} and {used:.6f} Ha; "
        f"the lowest is used, {mha(energies[0] - used):.1f} mHa below the highest."
    )


def _stability(mean_field: MeanField) -> str:
    if mean_field.stable_internal is None:
        return ""
    if mean_field.stable_internal:
        return "It is a minimum: no small change of its orbitals lowers the energy."
    return "It is a saddle point: a lower one exists, but following it down did not converge."


def _unrestricted(mean_field: MeanField) -> str:
    if mean_field.stable_external is not False:
        return ""
    return "An unrestricted solution, with other orbitals for each spin, lies lower."
