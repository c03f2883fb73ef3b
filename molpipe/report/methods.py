"""The energies of one row, method by method, and why some are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from molpipe.model.document import Row
from molpipe.model.results import EnergyValue
from molpipe.report import words
from molpipe.units import mha

OUTSIDE: Final = frozenset({"nevpt2", "vqe_nevpt2"})
"""They start in the active space and add what lies outside: they stand with all orbitals."""


@dataclass(frozen=True)
class Rung:
    """One method of a row: its energies [Ha] in both spaces, None where it has no place.

    ``above_mha`` is its distance to CASCI in the active space, ``seconds`` the wall time of this
    method alone, where it was measured.
    """

    method: str
    active: EnergyValue | None
    full: EnergyValue | None
    above_mha: float | None
    seconds: float | None

    @property
    def name(self) -> str:
        """What the field calls the method."""
        return words.METHODS[self.method]

    @property
    def short(self) -> str:
        """Its abbreviation."""
        return words.SHORT[self.method]

    @property
    def s2(self) -> float | None:
        """The expectation value of S^2: in the active space where it is known there."""
        known = [e.s2 for e in (self.active, self.full) if e is not None and e.s2 is not None]
        return known[0] if known else None

    @property
    def loose(self) -> bool:
        """Whether one of its energies did not converge."""
        return any(e is not None and e.status == "unconverged" for e in (self.active, self.full))


def rungs(row: Row) -> tuple[Rung, ...]:
    """The methods that have a value in either space, in rising order; :func:`remarks` has more."""
    if row.energies is None:
        return ()
    exact, seconds = row.energies.active.casci.good, _seconds(row)
    return tuple(
        Rung(
            method=method,
            active=active,
            full=full,
            above_mha=_above(active, exact),
            seconds=seconds.get(method),
        )
        for method, active, full in _methods(row)
        if any(energy and energy.value is not None for energy in (active, full))
    )


def remarks(row: Row) -> Mapping[str, Sequence[str]]:
    """Every energy that is missing or not converged, gathered under the reason why."""
    gathered: dict[str, list[str]] = {}
    for method, active, full in _methods(row):
        for energy, place in ((active, " in the active space"), (full, " in all orbitals")):
            if energy and energy.status != "ok":
                status = words.reading_of_status(energy.status)
                reason = f"{status}, {energy.reason}" if energy.reason else status
                name = words.METHODS[method] + (place if active and full else "")
                gathered.setdefault(reason, []).append(name)
    return gathered


def _methods(row: Row) -> Iterator[tuple[str, EnergyValue | None, EnergyValue | None]]:
    if row.energies is None:
        return
    for method in words.METHODS:
        active = getattr(row.energies.active, method, None)
        full = getattr(row.energies.full, method, None)
        yield (method, None, active) if method in OUTSIDE else (method, active, full)


def _above(energy: EnergyValue | None, exact: float | None) -> float | None:
    if energy is None or energy.value is None or exact is None:
        return None
    return mha(energy.value - exact)


def _seconds(row: Row) -> dict[str, float | None]:
    exact = row.comparison.exact_seconds if row.comparison else None
    spent = row.seconds
    return {
        "hf": spent.scf, "casci": exact, "vqe": spent.vqe, "nevpt2": spent.nevpt2,
        "dft": spent.baseline,
    }  # fmt: skip
