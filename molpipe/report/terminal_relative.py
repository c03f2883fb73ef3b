"""Relative energies on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from molpipe.model.document import Results
from molpipe.model.relative import Difference, ReactionBlock
from molpipe.report import numbers, relative

_HEADERS: Final = (
    *("reaction [kcal/mol]", "HF", "CCSD", "CASCI", "VQE", "−CASCI", "spread", "all orbitals"),
)
_BEST: Final = ("ccsd_t", "ccsd_t_fno", "ccsd", "mp2", "hf")


def relative_energies(results: Results) -> Group:
    """Reactions in at most 100 columns, then rankings and series; nothing where there are none."""
    parts: list[Table | Padding] = []
    if results.reactions:
        parts.append(_table(results))
    lines = [*_notes(results), *relative.sentences(results)]
    if lines:
        parts.append(Padding(Text("\n".join(lines)), (0, 0, 1, 0)))
    return Group(*parts)


def _table(results: Results) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0),
        header_style="dim",
    )  # fmt: skip
    for header in _HEADERS:
        table.add_column(Text(header), justify="right", no_wrap=True, overflow="ellipsis")
    table.columns[0].justify = "left"
    for reaction in results.reactions:
        table.add_row(Text(numbers.label(reaction.name, 24)), *_numbers(reaction))
    table.caption = (
        "products minus reactants; −CASCI: VQE minus it; spread: of VQE over active spaces\n"
    )
    table.caption_justify = "left"
    return table


def _numbers(reaction: ReactionBlock) -> Iterator[str]:
    for method in ("hf", "ccsd", "casci", "vqe"):
        yield _value(reaction.active[method])
    yield numbers.signed(reaction.vqe_minus_casci_kcal_mol, 2)
    yield numbers.plain(reaction.active["vqe"].spread_kcal_mol, 2)
    for method in _BEST:
        if reaction.full[method].kcal_mol is not None:
            name = relative.Column("full", method).name.split(",")[0]
            yield f"{_value(reaction.full[method])} {name}"
            return
    yield numbers.MISSING


def _value(difference: Difference) -> str:
    return numbers.signed(difference.kcal_mol, 2)


def _notes(results: Results) -> Iterator[str]:
    """Codes alone: the report has their sentences."""
    for reaction in results.reactions:
        if reaction.warnings:
            codes = ", ".join(dict.fromkeys(warning.code for warning in reaction.warnings))
            yield f"{numbers.label(reaction.name, 40)}: {codes}"
