"""What happens along a curve, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from molpipe.analysis.curve_methods import Points
from molpipe.model.curves import Curve, Event, EventKind
from molpipe.model.document import Row
from molpipe.units import CHEMICAL_ACCURACY, mha

BELOW_EXACT: Final = 1e-3
"""How far [mHa] a method must be below the exact energy before that counts as a fact: coupled
cluster is converged to a microhartree."""

_OFF: Final = mha(CHEMICAL_ACCURACY)
_NOT_CONVERGED: Final = ("unconverged", "failed")


@dataclass(frozen=True)
class _Span:
    """Neighbouring points of a curve, by their numbers from 0."""

    curve: Curve
    first: int
    last: int

    @property
    def where(self) -> str:
        """``At 1.2 angstrom`` or ``From 1.2 to 2 angstrom``."""
        start, until = self.curve.coordinates[self.first], self.curve.coordinates[self.last]
        unit = f" {self.curve.unit}" if self.curve.unit else ""
        at = f"{start:g}{unit}"
        return f"At {at}" if start == until else f"From {start:g} to {until:g}{unit}"

    def event(self, kind: EventKind, what: str) -> Event:
        """``what`` happens here."""
        start, until = self.curve.coordinates[self.first], self.curve.coordinates[self.last]
        sentence = f"{self.where} {what}."
        return Event(kind=kind, coordinate=start, until=until, sentence=sentence)

    def of(self, values: Sequence[float | None]) -> list[float]:
        """Those of ``values`` that are here."""
        return [v for v in values[self.first : self.last + 1] if v is not None]


def events_of(curve: Curve, points: Points, solved: Mapping[str, Points]) -> tuple[Event, ...]:
    """Every event of a curve, by rising coordinate.

    Args:
        curve: with its energies and errors.
        points: an answered row at each coordinate, for what all rows there share.
        solved: the rows of each VQE by its label.
    """
    found = [*_hartree_fock(curve, points), *_space(curve, points), *_ccsd(curve, points)]
    for label, rows in solved.items():
        found += _vqe(curve, label, rows)
    return tuple(sorted(found, key=lambda event: event.coordinate))


def _spans(curve: Curve, flags: Sequence[bool]) -> Iterator[_Span]:
    """Where neighbouring flags are true."""
    for is_so, numbers in groupby(range(len(flags)), key=lambda number: flags[number]):
        if is_so:
            first, *others = numbers
            yield _Span(curve, first, others[-1] if others else first)


def _where(curve: Curve, points: Points, is_so: Callable[[Row], bool]) -> Iterator[_Span]:
    return _spans(curve, [row is not None and is_so(row) for row in points])


def _hartree_fock(curve: Curve, points: Points) -> Iterator[Event]:
    gains = [None if row is None else _gain(row) for row in points]
    for span in _spans(curve, [bool(gain) for gain in gains]):
        yield span.event(
            "scf-solution",
            "the Hartree-Fock solution that was found first is not the lowest; the one that is "
            f"used lies up to {max(span.of(gains)):.1f} mHa below it",
        )
    for span in _where(curve, points, _unrestricted_is_lower):
        yield span.event(
            "scf-solution", "an unrestricted Hartree-Fock solution lies below the restricted one"
        )


def _gain(row: Row) -> float | None:
    """How far [mHa] the Hartree-Fock solution lies below the one that was found first."""
    if row.problem is None or row.energies is None:
        return None
    first, used = row.problem.scf_solution.followed_from, row.energies.full.hf.good
    return None if first is None or used is None else mha(first - used)


def _unrestricted_is_lower(row: Row) -> bool:
    return row.diagnostics is not None and row.diagnostics.scf_stable_external is False


def _space(curve: Curve, points: Points) -> Iterator[Event]:
    for span in _where(curve, points, lambda row: _warned(row, "SPACE_CHANGED")):
        yield span.event("space", "the active space is no longer that of the point before")


def _warned(row: Row, code: str) -> bool:
    return any(warning.code == code for warning in row.warnings)


def _ccsd(curve: Curve, points: Points) -> Iterator[Event]:
    for span in _where(curve, points, _ccsd_did_not_converge):
        yield span.event("ccsd", "CCSD does not converge in the active space")
    for span in _where(curve, points, _ccsd_is_not_trusted):
        yield span.event("ccsd", "CCSD is not to be trusted, by its diagnostics")
    yield from _far_off(curve, "CCSD", "ccsd")


def _ccsd_did_not_converge(row: Row) -> bool:
    return row.energies is not None and row.energies.active.ccsd.status in _NOT_CONVERGED


def _ccsd_is_not_trusted(row: Row) -> bool:
    return row.diagnostics is not None and not row.diagnostics.may_ccsd_judge


def _far_off(curve: Curve, method: str, kind: EventKind) -> Iterator[Event]:
    """Where a method is more than 1 kcal/mol above the judge, or below the exact energy."""
    errors = curve.errors_mha.get(method, ())
    below = [error is not None and error < -BELOW_EXACT for error in errors]
    if curve.judge == "CASCI":
        for span in _spans(curve, below):
            depth = -min(span.of(errors))
            yield span.event(
                kind, f"{method} lies below the exact energy, by up to {depth:.2f} mHa"
            )
    for span in _spans(curve, [error is not None and error > _OFF for error in errors]):
        worst = max(span.of(errors))
        yield span.event(
            kind, f"{method} is more than 1 kcal/mol above {curve.judge}, up to {worst:.1f} mHa"
        )


def _vqe(curve: Curve, label: str, rows: Points) -> Iterator[Event]:
    for span in _where(curve, rows, lambda row: row.energies is None):
        yield span.event("missing", f"{label} has no energy: the calculation did not come through")
    for span in _where(curve, rows, _did_not_converge):
        yield span.event("vqe", f"{label} did not converge")
    if curve.judge is not None:
        for span in _where(curve, rows, _has_no_judge):
            yield span.event("vqe", f"{label} has no judge: {curve.judge} is another state")
    yield from _far_off(curve, label, "vqe")


def _did_not_converge(row: Row) -> bool:
    return row.vqe is not None and row.vqe.status != "converged"


def _has_no_judge(row: Row) -> bool:
    return row.comparison is not None and row.comparison.solver.judge is None
