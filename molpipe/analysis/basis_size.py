"""How many basis functions a molecule has, guessed from names, without an engine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_ROWS: Final = (
    ("H", "He"),
    ("Li", "Be", "B", "C", "N", "O", "F", "Ne"),
    ("Na", "Mg", "Al", "Si", "P", "S", "Cl", "Ar"),
)

_FAMILIES: Final = (
    (r"^sto|mini|minao|szv", (1, 5, 9, 19)),
    (r"321|431|631\+*g?$|lanl", (2, 9, 13, 27)),
    (r"631\+*g(\*|\(d\))$", (2, 14, 18, 34)),
    (r"6311", (6, 18, 26, 42)),
    (r"^def2tzvp$", (6, 31, 37, 48)),
    (r"5z|cvqz|pc4|pcseg4|^ano", (55, 91, 102, 150)),
    (r"qz|cvtz|pc3|pcseg3", (30, 57, 70, 95)),
    (r"tz|cvdz|pc2|pcseg2", (14, 31, 38, 58)),
    (r"dz|svp|631|pc1|pcseg1", (5, 14, 18, 36)),
)
"""Functions of an element of the first, second, third and any later row, by words in a name."""

_UNKNOWN: Final = (14, 31, 38, 58)
"""A triple-zeta set stands for one that no word describes."""

_DIFFUSE: Final = ((r"dz|svp", (4, 9)), (r"tz", (9, 16)), (r"qz", (16, 25)), (r"5z", (25, 36)))
"""What an augmented set adds to hydrogen and to others: one function of each kind it has."""


def n_functions(symbols: Iterable[str], basis: str) -> int:
    """Basis functions of a molecule, right within a fifth for the common sets."""
    name = re.sub(r"[^a-z0-9+*(),]", "", basis.lower())
    sizes = next((sizes for words, sizes in _FAMILIES if re.search(words, name)), _UNKNOWN)
    hydrogen, others = _diffuse(name)
    return sum(sizes[_row(s)] + (others if _row(s) else hydrogen) for s in symbols)


def _row(symbol: str) -> int:
    return next((k for k, row in enumerate(_ROWS) if symbol in row), len(_ROWS))


def _diffuse(name: str) -> tuple[int, int]:
    """Diffuse functions of hydrogen and of any other element."""
    if name.startswith("aug"):
        return next((more for words, more in _DIFFUSE if re.search(words, name)), (9, 16))
    if re.search(r"(svp|vp|vpp)d$", name):
        return (3, 9)
    return (int("++" in name), 4 * int("+" in name))
