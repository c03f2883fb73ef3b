"""Are the two sides of a reaction described alike? What is not cancels badly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from molpipe.analysis.model import EMBEDDED, OPTIMISED
from molpipe.model.document import Row
from molpipe.model.molecule import RowWarning

ROUNDING: Final = 1e-6

CONTAMINATED: Final = 0.1
"""Deviation of <S^2> from which on an unrestricted determinant is no state of one spin."""

COMPARED: Final = ("basis", "solvent", "frozen_core", "orbitals", "ansatz")
"""Settings that the members of a reaction must share."""


@dataclass(frozen=True)
class Member:
    """A row of a reaction with its coefficient, negative for reactants; None if unanswered."""

    name: str
    row: Row | None
    coefficient: float


def balance_warnings(members: Sequence[Member]) -> tuple[RowWarning, ...]:
    """Everything that makes the difference of these rows less than like for like."""
    return tuple(
        RowWarning(code=code, message=message)
        for code, find in _CHECKS
        for message in find(members)
    )


def _unequal_spaces(members: Sequence[Member]) -> Iterator[str]:
    """Each fragment with a space of its own size brings correlation of its own."""
    problems = [(member.coefficient, member.row.problem) for member in members if member.row]
    electrons = sum(count * sum(p.active_electrons) for count, p in problems if p)
    orbitals = sum(count * p.active_orbitals for count, p in problems if p)
    complete = len(problems) == len(members) and all(problem for _, problem in problems)
    if complete and (abs(electrons) > ROUNDING or abs(orbitals) > ROUNDING):
        yield (
            f"the active spaces are not balanced: the products have {electrons:+g} active "
            f"electrons and {orbitals:+g} active orbitals against the reactants, so part of the "
            "difference inside the spaces is correlation that only one side was given"
        )


def _mixed_settings(members: Sequence[Member]) -> Iterator[str]:
    for key in COMPARED:
        found = {str(member.row.settings.get(key)) for member in members if member.row}
        if len(found) > 1:
            yield f"the rows have different settings of {key}: {', '.join(sorted(found))}"


def _mixed_geometries(members: Sequence[Member]) -> Iterator[str]:
    """As ``conformer.refine = auto`` makes those of a large molecule and its small fragments."""
    sources = [member.row.molecule for member in members if member.row]
    ways = {_way(molecule.geometry_source or "") for molecule in sources if molecule} - {None}
    if len(ways) > 1:
        yield f"the geometries were made in different ways: {', '.join(sorted(filter(None, ways)))}"


def _way(source: str) -> str | None:
    if OPTIMISED in source:
        method = source.partition(OPTIMISED)[2].partition("/")[0].strip()
        return method.removeprefix("RO").removeprefix("R").removeprefix("U")
    if source.startswith(EMBEDDED):
        return "force field"
    return "given" if source.startswith("given") else None  # a single atom has no geometry


def _unstable(members: Sequence[Member]) -> Iterator[str]:
    names = [
        member.name
        for member in members
        if member.row
        and member.row.diagnostics
        and False
        in (
            member.row.diagnostics.scf_stable_internal,
            member.row.diagnostics.scf_stable_external,
        )
    ]
    if names:
        yield f"the Hartree-Fock solution is unstable for {', '.join(names)}"


def _contaminated(members: Sequence[Member]) -> Iterator[str]:
    for member in members:
        if member.row is None or member.row.energies is None:
            continue
        full = member.row.energies.full
        found, wanted = full.hf_unrestricted.s2, full.hf.s2
        if found is not None and wanted is not None and abs(found - wanted) > CONTAMINATED:
            yield (
                f"the unrestricted solution of {member.name} has <S^2> = {found:.2f} instead of "
                f"{wanted:.2f}: unrestricted differences mix spin states"
            )


def _distrusted(members: Sequence[Member]) -> Iterator[str]:
    names = [
        member.name
        for member in members
        if member.row and member.row.diagnostics and not member.row.diagnostics.may_ccsd_judge
    ]
    if names:
        yield f"coupled cluster may not judge {', '.join(names)}: its difference proves nothing"


def _superposition(members: Sequence[Member]) -> Iterator[str]:
    if abs(sum(member.coefficient for member in members)) > ROUNDING:
        yield (
            "the number of molecules changes, and with it the basis set that each may borrow "
            "from: no counterpoise correction was made"
        )


CCSD_DISTRUSTED: Final = "CCSD_MAY_NOT_JUDGE"

_CHECKS: Final[tuple[tuple[str, Callable[[Sequence[Member]], Iterator[str]]], ...]] = (
    ("UNBALANCED_SPACE", _unequal_spaces),
    ("MIXED_SETTINGS", _mixed_settings),
    ("MIXED_GEOMETRIES", _mixed_geometries),
    ("SCF_UNSTABLE", _unstable),
    ("SPIN_CONTAMINATED", _contaminated),
    (CCSD_DISTRUSTED, _distrusted),
    ("NO_COUNTERPOISE", _superposition),
)
