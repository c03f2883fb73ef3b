"""Elements by symbol, and which of them RDKit can place in space without help."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from rdkit import Chem

from molpipe.errors import InvalidMolecule

_TABLE = Chem.GetPeriodicTable()
ATOMIC_NUMBERS: Final = {_TABLE.GetElementSymbol(z): z for z in range(1, 119)}
HYDROGEN_ISOTOPES: Final = frozenset({"D", "T"})
DUMMY_SYMBOLS: Final = frozenset({"X", "Xx", "Bq", "Gh", "Q", "*", "R"})

_NUMBER: Final = re.compile(r"[1-9]\d{0,2}", re.ASCII)

_NONMETALS: Final = frozenset(
    {1, 2, *range(5, 11), *range(14, 19), *range(32, 37), *range(51, 55), 85, 86}
)
S_BLOCK_METALS: Final = frozenset({3, 4, 11, 12, 13, 19, 20, 37, 38, 55, 56})
"""Alkali and alkaline-earth metals, and aluminium with them: force fields know small ones."""


def is_metal(number: int) -> bool:
    """Whether the element is a metal; metalloids are not."""
    return number not in _NONMETALS


def forms_complexes(number: int) -> bool:
    """Whether the element is a metal whose bonds follow no rules of valence."""
    return is_metal(number) and number not in S_BLOCK_METALS


def element(symbol: str) -> str:
    """The proper symbol for what a geometry file calls an atom (``CL``, ``17``, ``D``).

    Raises:
        InvalidMolecule: NON_ASCII, DUMMY_ATOM, or BAD_FILE for no element at all.
    """
    check_plain(symbol, "element symbol")
    if _NUMBER.fullmatch(symbol) and int(symbol) <= len(ATOMIC_NUMBERS):
        return str(_TABLE.GetElementSymbol(int(symbol)))
    proper = symbol.capitalize()
    if proper in HYDROGEN_ISOTOPES:
        return "H"
    if proper in ATOMIC_NUMBERS:
        return proper
    if proper in DUMMY_SYMBOLS or symbol == "0":
        raise dummy_atom(f"{symbol!r} is a placeholder, no element")
    raise InvalidMolecule(
        f"{symbol[:20]!r} is no element",
        hint="write element symbols such as C or Cl",
        code="BAD_FILE",
    )


def check_plain(text: str, what: str) -> None:
    """Refuse characters that only look like letters, and control characters: RDKit drops them.

    Raises:
        InvalidMolecule: NON_ASCII, with the code point and the column.
    """
    for column, letter in enumerate(text, start=1):
        if letter != "	" and not (letter.isascii() and letter.isprintable()):
            raise InvalidMolecule(
                f"{what} has the character U+{ord(letter):04X} in column {column}",
                hint="type it again in plain letters: RDKit would drop it and read another "
                "molecule",
                code="NON_ASCII",
            )


def dummy_atom(message: str) -> InvalidMolecule:
    """The error for an atom that stands for something else."""
    return InvalidMolecule(
        message, hint="put a real atom in its place, for example a hydrogen", code="DUMMY_ATOM"
    )


def hill_formula(symbols: Sequence[str]) -> str:
    """Molecular formula in the order of Hill, without the charge.

    Reference: E. A. Hill, J. Am. Chem. Soc. 22, 478 (1900), doi:10.1021/ja02046a005.
    """
    counts = Counter(symbols)
    first = ("C", "H") if "C" in counts else ()
    order = [*first, *sorted(set(counts) - set(first))]
    return "".join(f"{s}{counts[s] if counts[s] > 1 else ''}" for s in order if s in counts)
