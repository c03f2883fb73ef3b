"""What changed between runs, on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from molpipe.analysis.sides import METHOD
from molpipe.model.changes import METHOD_ENERGY, Changes, MoleculeChanges, Quantity, SideChanges
from molpipe.report import numbers, words

_SPACES: Final = {"active": "active space", "full": "all orbitals"}
_MOST_CAUSES: Final = 6
_JUDGED: Final = "VQE − judge"
_ENERGIES: Final = ("active.vqe", METHOD_ENERGY)


def changes_table(changes: Changes) -> Group:
    """Of runs what is beyond its tolerance, and why; of settings and methods one table."""
    parts: list[RenderableType] = [] if changes.by is None else [_overview(changes)]
    for pair in changes.pairs:
        parts += _pair(pair, details=changes.by is None)
    return Group(*parts)


def _pair(pair: SideChanges, *, details: bool) -> Iterator[RenderableType]:
    before, after = numbers.label(pair.before.label), numbers.label(pair.after.label)
    yield Text(f"{before} → {after}", "bold").append(_seconds(pair), "not bold")
    if pair.changed and details:
        yield beyond_table(pair.changed)
        yield from why(pair.changed)
    for side, names in ((before, pair.only_before), (after, pair.only_after)):
        if names:
            listed = ", ".join(numbers.label(name, 24) for name in names)
            yield Text(f"only in {side}: {listed}", "yellow")
    if pair.versions:
        listed = "; ".join(f"{c.what} {c.before} → {c.after}" for c in pair.versions)
        yield Text(f"versions: {listed}", "dim")
    yield Text(sentence(pair))


def sentence(pair: SideChanges) -> str:
    """How many molecules changed, and how many have the same digits."""
    energies = [m for m in pair.molecules if any(q.kind == "energy" for q in m.quantities)]
    n_molecules, n_changed = len(energies), len(pair.changed)
    without = len(pair.molecules) - n_molecules
    rest = f"; {without} without energies" if without else ""
    equal = sum(molecule.is_bit_equal for molecule in pair.molecules)
    noun = "molecule" if n_molecules == 1 else "molecules"
    changed = "nothing is" if n_changed == 0 else f"{n_changed} changed by more than"
    ending = "beyond its tolerance" if n_changed == 0 else "the tolerance"
    digits = f"{equal} are equal in every digit{rest}"
    return f"{n_molecules} {noun} compared: {changed} {ending}; {digits}."


def _seconds(pair: SideChanges) -> str:
    found = [q for molecule in pair.molecules if (q := _find(molecule, "seconds.vqe"))]
    before, after = (
        sum(value for q in found if isinstance(value := getattr(q, name), float))
        for name in ("before", "after")
    )
    if not found:
        return ""
    return f", VQE in {numbers.duration(before)} → {numbers.duration(after)}"


def beyond_table(molecules: Sequence[MoleculeChanges]) -> Table:
    """Every quantity that is beyond its tolerance."""
    table = table_of("molecule", "what", "before", "after", "change", "tolerance")
    for column in table.columns[2:]:
        column.justify = "right"
    for molecule in molecules:
        name = Text(numbers.label(molecule.name, 24))
        for quantity in _told(molecule):
            table.add_row(name, _name(quantity), *_cells(quantity))
            name = Text()
    table.caption = Text("energies in Ha; changes, differences and tolerances in mHa")
    table.caption_justify = "left"
    return table


def _told(molecule: MoleculeChanges) -> Iterator[Quantity]:
    """What is beyond; VQE minus other methods follows where VQE minus its judge stands already."""
    names = {quantity.name for quantity in molecule.beyond}
    for quantity in molecule.beyond:
        if quantity.kind != "difference" or quantity.name == _JUDGED or _JUDGED not in names:
            yield quantity


def _name(quantity: Quantity) -> str:
    space, _, method = quantity.name.partition(".")
    if space in _SPACES and method in words.METHODS:
        return f"{words.METHODS[method]}, {_SPACES[space]}"
    return quantity.name


def _cells(quantity: Quantity) -> Iterator[str]:
    digits = 6 if quantity.kind == "energy" else 0 if quantity.kind == "count" else 3
    for value in (quantity.before, quantity.after):
        if isinstance(value, float | int):
            yield numbers.plain(value, digits)
        else:
            yield numbers.MISSING if value is None else words.reading_of_status(value)
    yield numbers.signed(quantity.change, 0 if quantity.kind == "count" else 3)
    yield "" if quantity.tolerance is None else numbers.plain(quantity.tolerance, 3)


def why(molecules: Sequence[MoleculeChanges]) -> Iterator[Text]:
    """What differs beside the numbers, once for all molecules where it is the same."""
    said: dict[str, list[str]] = {}
    for molecule in molecules:
        said.setdefault(_causes(molecule), []).append(numbers.label(molecule.name, 24))
    for causes, (first, *others) in said.items():
        more = f" and {len(others)} more" if others else ""
        yield Text(f"why {first}{more}: ", "dim").append(numbers.label(causes, 600), "")


def _causes(molecule: MoleculeChanges) -> str:
    listed = [cause.sentence for cause in molecule.causes[:_MOST_CAUSES]]
    more = len(molecule.causes) - len(listed)
    return "; ".join(listed) + (f"; and {more} more" if more > 0 else "")


def _overview(changes: Changes) -> Table:
    """Every molecule once, each side in a column: VQE minus its judge, or the energies' change."""
    sides = [numbers.label(side.label, 20) for side in changes.sides]
    judged = any(_find(m, _JUDGED) for pair in changes.pairs for m in pair.molecules)
    table = table_of("molecule", *sides)
    for column in table.columns[1:]:
        column.justify = "right"
    lines = _side_by_side(changes, judged=judged)
    often = Counter(line.name for line in lines)
    for line, cells in lines.items():
        which = f" {line.key[:8]}" if often[line.name] > 1 and line.key else ""
        table.add_row(Text(numbers.label(line.name, 24) + which), *cells)
    whose = "" if changes.by == METHOD else "VQE "
    minus = f"{whose}energy [Ha], then minus that of {sides[0]} [mHa]"
    what = f"{_JUDGED} [mHa]" if judged else minus
    table.caption, table.caption_justify = Text(what), "left"
    return table


class _Line(NamedTuple):
    """A row of the first side; those of two runs that share a name are two."""

    name: str
    row: int
    key: str | None


def _side_by_side(changes: Changes, *, judged: bool) -> dict[_Line, list[str]]:
    found: dict[_Line, list[str]] = {}
    for column, pair in enumerate(changes.pairs, start=1):
        for molecule in pair.molecules:
            one = _find(molecule, _JUDGED) if judged else _find(molecule, *_ENERGIES)
            if one is None:
                continue
            empty = [numbers.MISSING] * len(changes.sides)
            line = _Line(molecule.name, molecule.row_before, molecule.key_before)
            cells = found.setdefault(line, empty)
            cells[0], cells[column] = _both(one, judged=judged)
    return found


def _both(quantity: Quantity, *, judged: bool) -> tuple[str, str]:
    before, after = (
        value if isinstance(value, float) else None for value in (quantity.before, quantity.after)
    )
    if judged:
        return numbers.signed(before), numbers.signed(after)
    return numbers.energy(before), numbers.signed(quantity.change)


def _find(molecule: MoleculeChanges, *names: str) -> Quantity | None:
    return next((q for q in molecule.quantities if q.name in names), None)


def table_of(*headers: str) -> Table:
    """A table with these headers, in the style of all others."""
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0),
        header_style="dim",
    )  # fmt: skip
    for header in headers:
        table.add_column(Text(header), no_wrap=True, overflow="ellipsis")
    return table
