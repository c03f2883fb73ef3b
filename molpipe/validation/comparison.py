"""Compute what the checks of a study ask for, and compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from molpipe.errors import MolpipeError
from molpipe.model.molecule import Geometry
from molpipe.model.settings import Settings
from molpipe.units import KCAL_MOL_PER_HARTREE, MILLIHARTREE_PER_HARTREE
from molpipe.validation.quantities import Measurement
from molpipe.validation.studies import Check, Study

Measure = Callable[[Geometry, Settings, tuple[str, ...]], tuple[Measurement, ...]]

_PER_HARTREE = {"Ha": 1.0, "mHa": MILLIHARTREE_PER_HARTREE, "kcal/mol": KCAL_MOL_PER_HARTREE}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A published value beside ours, in its unit; ``missing`` says why there is none of ours."""

    check: Check
    ours: float | None
    missing: str = ""

    @property
    def difference(self) -> float | None:
        """Ours minus published."""
        return None if self.ours is None else self.ours - self.check.published

    @property
    def passed(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.difference is not None and abs(self.difference) <= self.check.tolerance


def compare(study: Study, measure: Measure, *, slow: bool) -> Iterator[Outcome]:
    """Every check of a study, each as soon as its calculations are done.

    An error ends one calculation: its checks have nothing to compare, and do not pass.

    Args:
        study: what others found.
        measure: :func:`molpipe.validation.quantities.measure`, here or in a child process.
        slow: whether the slow calculations are done too.
    """
    checks = [check for check in study.checks() if slow or not check.slow]
    calculations = _Calculations(study, checks, measure)
    return (_compare(check, calculations) for check in checks)


class _Calculations:
    """The calculations of a study, each done once, when it is first needed."""

    def __init__(self, study: Study, checks: Sequence[Check], measure: Measure) -> None:
        self._study = study
        self._measure = measure
        self._done: dict[str, dict[str, Measurement]] = {}
        self._wanted: dict[str, dict[str, None]] = {}
        for check in checks:
            for name in check.calculations:
                self._wanted.setdefault(name, {}).update(dict.fromkeys(check.quantities))

    def find(self, name: str, quantity: str) -> Measurement:
        """One quantity of the calculation ``name``."""
        if name not in self._done:
            wanted = tuple(self._wanted[name])
            self._done[name] = dict(zip(wanted, self._run(name, wanted), strict=True))
        return self._done[name][quantity]

    def _run(self, name: str, wanted: tuple[str, ...]) -> tuple[Measurement, ...]:
        geometry = self._study.calculations[name].read_geometry()
        try:
            return self._measure(geometry, self._study.settings_of(name), wanted)
        except MolpipeError as error:
            return (Measurement(missing=error.message),) * len(wanted)


def _compare(check: Check, calculations: _Calculations) -> Outcome:
    """The first quantity of the first calculation; the others subtracted from it."""
    total = 0.0
    for name in check.calculations:
        for quantity in check.quantities:
            found = calculations.find(name, quantity)
            if found.missing or len(found.values) <= check.index:
                missing = found.missing or f"there are only {len(found.values)} rounds"
                return Outcome(check=check, ours=None, missing=missing)
            sign = 1 if (name == check.calculation) == (quantity == check.quantities[0]) else -1
            total += sign * found.values[check.index]
    return Outcome(check=check, ours=total * _PER_HARTREE[check.unit])
