"""The plots of a run with their titles, captions and what a screen reader says instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from molpipe.model.document import Row
from molpipe.report.plots import circuits, errors, occupations, stage_times, traces


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One plot; ``svg`` was made, and escaped, by the drawing modules."""

    slug: str
    title: str
    svg: str
    label: str
    caption: str
    half: bool = False
    """Whether two of them stand side by side."""


def plots(rows: tuple[Row, ...], anchor: str) -> tuple[Plot, ...]:
    """The plots for which these rows have anything to show, in the order of the page."""
    return tuple(_plots(rows, anchor))


def _plots(rows: tuple[Row, ...], anchor: str) -> Iterator[Plot]:
    yield from _errors(rows, anchor)
    yield from _traces(rows, anchor)
    yield from _occupations(rows, anchor)
    yield from _circuits(rows, anchor)
    yield from _seconds(rows, anchor)


def _errors(rows: tuple[Row, ...], anchor: str) -> Iterator[Plot]:
    drawn = errors.draw(rows, prefix=f"{anchor}-errors")
    if drawn is None:
        return
    shown, n = len(errors.plotted(rows)), sum(row.energies is not None for row in rows)
    some = f" {shown} of {n} molecules are shown: those with an exact answer" if shown < n else ""
    order = ", the largest errors first" if shown == errors.SHOWN else ""
    yield Plot(
        slug="errors",
        title="Errors of VQE and CCSD",
        svg=drawn,
        label="Error of VQE and of CCSD against CASCI in millihartree, one line a molecule; the "
        "numbers are in the table above.",
        caption="Energy above the exact answer (CASCI) of the same Hamiltonian. The shaded band "
        f"is 1 kcal/mol on either side.{some}{order}{'.' if some else ''}",
    )


def _traces(rows: tuple[Row, ...], anchor: str) -> Iterator[Plot]:
    drawn = traces.draw(rows, prefix=f"{anchor}-traces")
    if drawn is None:
        return
    many = len(traces.plotted(rows)) > traces.NAMED
    named = f" The {traces.NAMED} that are dashed or end highest are named." if many else ""
    yield Plot(
        slug="convergence",
        title="Convergence of the VQE",
        svg=drawn,
        label="Energy above CASCI in millihartree at every evaluation of the VQE, one line a "
        "molecule.",
        caption="Energy at every evaluation, above CASCI (solid) or, where CASCI may not judge, "
        "above the lowest energy found (dashed); values below 10⁻⁶ mHa are drawn there. Every "
        f"molecule has a plot of its own above.{named}",
    )


def _occupations(rows: tuple[Row, ...], anchor: str) -> Iterator[Plot]:
    drawn = occupations.draw(rows, prefix=f"{anchor}-occupations")
    if drawn is None:
        return
    n = sum(bool(row.diagnostics and row.diagnostics.natural_occupations) for row in rows)
    some = f" {occupations.SHOWN} of {n} molecules." if n > occupations.SHOWN else ""
    yield Plot(
        slug="occupations",
        title="Orbital occupations",
        svg=drawn,
        label="Natural occupation numbers between 0 and 2, one line a molecule, the most "
        "open ones first.",
        caption="Electrons in each natural orbital, by every method that was run. Near 0 and 2 one "
        "determinant describes the molecule; in the tinted range it does not, unless the state "
        f"has unpaired electrons. The most open molecules come first.{some}",
    )


def _circuits(rows: tuple[Row, ...], anchor: str) -> Iterator[Plot]:
    drawn = circuits.draw(rows, prefix=f"{anchor}-circuits")
    if drawn is not None:
        yield Plot(
            slug="circuits",
            title="Size of the circuits",
            svg=drawn,
            label="Two-qubit gates over qubits, one dot a circuit; the numbers are in the table "
            "above.",
            caption="For qubits that are all connected, before any compiler. A device with fewer "
            "connections needs more.",
            half=True,
        )


def _seconds(rows: tuple[Row, ...], anchor: str) -> Iterator[Plot]:
    drawn = stage_times.draw(rows, prefix=f"{anchor}-seconds")
    if drawn is not None:
        yield Plot(
            slug="seconds",
            title="Seconds per stage",
            svg=drawn,
            label="Wall time of every stage, one dot a molecule: "
            + "; ".join(f"{k} {sum(v):.1f} s in all" for k, v in stage_times.times(rows).items())
            + ".",
            caption="Wall time of each stage, a dot a molecule; the bar is the median. Of rows "
            "from the result database, the time of the original run.",
            half=True,
        )
