"""Electrons that the basis set does not hold."""

from __future__ import annotations

from molpipe.model.molecule import RowWarning
from molpipe.model.problem import ActiveSpaceProblem


def unbound_warnings(problem: ActiveSpaceProblem | None) -> tuple[RowWarning, ...]:
    """DIFFUSE_NEEDED where the highest occupied orbital of a closed shell lies above zero.

    By Koopmans' theorem (doi:10.1016/S0031-8914(34)90011-2) its electron would leave. The
    orbital energies of ROHF have no such meaning, so open shells are not judged.
    """
    if problem is None or problem.mean_field.kind != "rhf":
        return ()
    mean_field = problem.mean_field
    highest = float(mean_field.mo_energy[mean_field.mo_occ > 0].max())
    if highest <= 0:
        return ()
    message = (
        f"the highest occupied orbital lies at {highest:+.3f} Ha: basis {mean_field.basis} does "
        "not bind its electrons, so take one with diffuse functions, or check the charge"
    )
    return (RowWarning(code="DIFFUSE_NEEDED", message=message),)
