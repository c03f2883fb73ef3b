"""Everything that two answers for one molecule say, side by side: numbers, words, seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from molpipe.analysis.uncertainty import tolerance_of
from molpipe.model.changes import Quantity
from molpipe.model.document import ActiveEnergiesBlock, FullEnergiesBlock, Row
from molpipe.model.results import EnergyValue
from molpipe.units import mha

_SPACES: Final[Mapping[str, type]] = {"active": ActiveEnergiesBlock, "full": FullEnergiesBlock}

_ABSENT: Final = ("not-requested",)
"""A method that was not asked for on one side has not changed."""


def quantities_of(
    before: Row, after: Row, tolerance_mha: float | None = None
) -> tuple[Quantity, ...]:
    """What was compared, changed or not.

    Args:
        before: the row of one side.
        after: the row of the other.
        tolerance_mha: of all energies and differences [mHa]; None for what each has of its own,
            see :func:`molpipe.analysis.uncertainty.tolerance_of`.
    """
    return (
        *_words(before, after),
        *_energies(before, after, tolerance_mha),
        *_differences(before, after, tolerance_mha),
        *_counts(before, after),
        *_seconds(before, after),
    )


def _energies(before: Row, after: Row, tolerance_mha: float | None) -> Iterator[Quantity]:
    if before.energies is None or after.energies is None:
        return
    for space, block in _SPACES.items():
        here, there = getattr(before.energies, space), getattr(after.energies, space)
        for field in fields(block):
            one, other = getattr(here, field.name), getattr(there, field.name)
            tolerance = tolerance_mha
            if tolerance is None:
                tolerance = tolerance_of(field.name, before, after)
            if quantity := _energy(f"{space}.{field.name}", one, other, tolerance):
                yield quantity


def _energy(
    name: str, before: EnergyValue, after: EnergyValue, tolerance: float
) -> Quantity | None:
    """None where neither side has the energy."""
    if before.value is None and after.value is None:
        return None
    if before.value is None or after.value is None:
        asked = before.status not in _ABSENT and after.status not in _ABSENT
        return Quantity(
            name=name,
            kind="energy",
            before=before.status if before.value is None else before.value,
            after=after.status if after.value is None else after.value,
            beyond=asked,
        )
    return _number(name, "energy", before.value, after.value, tolerance, scale=mha(1.0))


def _differences(before: Row, after: Row, tolerance_mha: float | None) -> Iterator[Quantity]:
    if before.comparison is None or after.comparison is None:
        return
    tolerance = tolerance_mha
    if tolerance is None:
        tolerance = tolerance_of("vqe", before, after) + tolerance_of("casci", before, after)
    here, there = before.comparison, after.comparison
    pairs = {
        "VQE − judge": (here.solver.vqe_minus_judge_mha, there.solver.vqe_minus_judge_mha),
        "VQE − CASCI": (here.vqe_minus_casci_mha, there.vqe_minus_casci_mha),
        "VQE − CCSD": (here.vqe_minus_ccsd_mha, there.vqe_minus_ccsd_mha),
    }
    for name, (one, other) in pairs.items():
        if one is not None and other is not None:
            yield _number(name, "difference", one, other, tolerance)
        elif one is not None or other is not None:  # the words say why there is no judge
            yield Quantity(name=name, kind="difference", before=one, after=other)


def _number(
    name: str, kind: Any, before: float, after: float, tolerance: float, scale: float = 1.0
) -> Quantity:
    change = scale * (after - before)
    return Quantity(
        name=name,
        kind=kind,
        before=before,
        after=after,
        change=change,
        tolerance=tolerance,
        beyond=abs(change) > tolerance,
    )


def _words(before: Row, after: Row) -> Iterator[Quantity]:
    for name, one, other in zip(_WORDS, _said(before), _said(after), strict=True):
        if one is not None or other is not None:
            yield Quantity(name=name, kind="word", before=one, after=other, beyond=one != other)


_WORDS: Final = ("status", "failure", "VQE", "solver", "model", "flag", "interest")


def _said(row: Row) -> tuple[str | None, ...]:
    comparison, diagnostics = row.comparison, row.diagnostics
    return (
        row.status,
        row.failure.code if row.failure else None,
        row.vqe.status if row.vqe else None,
        comparison.solver.verdict if comparison else None,
        comparison.model.verdict if comparison else None,
        diagnostics.flag if diagnostics else None,
        diagnostics.interest if diagnostics else None,
    )


def _counts(before: Row, after: Row) -> Iterator[Quantity]:
    if before.problem and after.problem:
        yield _count("qubits", before.problem.n_qubits, after.problem.n_qubits)
    if before.vqe and after.vqe:
        yield _count("parameters", before.vqe.n_parameters, after.vqe.n_parameters)
        yield _count("two-qubit gates", before.vqe.two_qubit_gates, after.vqe.two_qubit_gates)


def _count(name: str, before: int, after: int) -> Quantity:
    change = after - before
    return Quantity(
        name=name, kind="count", before=before, after=after, change=change, beyond=change != 0
    )


def _seconds(before: Row, after: Row) -> Iterator[Quantity]:
    """Never beyond a tolerance: a clock is no result."""
    for name in ("vqe", "total"):
        one, other = getattr(before.seconds, name), getattr(after.seconds, name)
        if one is not None and other is not None:
            yield Quantity(
                name=f"seconds.{name}",
                kind="seconds",
                before=one,
                after=other,
                change=other - one,
            )
