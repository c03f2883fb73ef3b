"""Whether stored numbers came back, on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from molpipe.model.reproduction import Reproduction
from molpipe.report import numbers
from molpipe.report.terminal_changes import beyond_table, table_of, why


def reproduction_table(found: Sequence[Reproduction]) -> Group:
    """A line for each row; what did not come back, with what differs; versions."""
    parts: list[RenderableType] = [_lines(found)]
    lost = [one.changes for one in found if not one.came_back]
    if lost:
        parts += [beyond_table(lost), *why(lost)]
    versions = dict.fromkeys(cause for one in found for cause in one.versions)
    if versions:
        listed = "; ".join(f"{c.what} {c.before} → {c.after}" for c in versions)
        parts.append(Text(f"versions: {listed}", "dim"))
    else:
        parts.append(Text("versions: the same as when they were computed", "dim"))
    parts.append(Text(sentence(found)))
    return Group(*parts)


def sentence(found: Sequence[Reproduction]) -> str:
    """How many came back."""
    back = sum(one.came_back for one in found)
    equal = sum(one.is_bit_equal for one in found)
    return (
        f"{back} of {len(found)} came back within the tolerance, {equal} with every energy equal "
        "in every digit."
    )


def _lines(found: Sequence[Reproduction]) -> Table:
    table = table_of("row", "name", "key", "energies", "largest change [mHa]", "came back")
    for column in (0, 3, 4):
        table.columns[column].justify = "right"
    for one in found:
        energies = [q for q in one.changes.quantities if q.kind == "energy"]
        largest = max((q.change for q in energies if q.change is not None), key=abs, default=None)
        word = "in every digit" if one.is_bit_equal else "yes" if one.came_back else "NO"
        table.add_row(
            str(one.stored.row),
            Text(numbers.label(one.stored.name, 30)),
            one.stored.key[:8] if one.stored.key else numbers.MISSING,
            str(len(energies)),
            "0" if largest == 0 else f"{largest:+.1e}" if largest else numbers.MISSING,
            Text(word, "green" if one.came_back else "bold red"),
        )
    return table
