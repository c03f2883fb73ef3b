"""Why a text is no SMILES: where it breaks off, and what it looks like instead."""

from __future__ import annotations

import re
from typing import Final

from molpipe.chem.intake.elements import ATOMIC_NUMBERS
from molpipe.errors import InvalidMolecule

_BRACKET: Final = re.compile(r"\[[^\]]*\]?")
_RING: Final = re.compile(r"%\d\d|%\(\d+\)|\d")
_FORMULA: Final = re.compile(r"(?:[A-Z][a-z]?\d*)+")
_FORMULA_ELEMENT: Final = re.compile(r"[A-Z][a-z]?")

_LOOKS_LIKE: Final = (
    (re.compile(r"inchi=", re.IGNORECASE), "this is an InChI: convert it to SMILES"),
    (
        re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]"),
        "this is an InChIKey, a hash: look its SMILES up, for example in PubChem",
    ),
    (re.compile(r".*>.*>"), "this is a reaction: give each molecule a row of its own"),
    (
        re.compile(r".*(~|\[[^\]]*[,;!&#?])"),
        "this is a SMARTS pattern, which many molecules match: write the one you mean as SMILES",
    ),
    (
        re.compile(r".*\.(xyz|sdf|mol|pdb|cif)$", re.IGNORECASE),
        "this is the name of a file: put an .xyz or .sdf into a column called file",
    ),
)


def syntax_error(text: str, messages: list[str]) -> InvalidMolecule:
    """The error for a text that is no SMILES.

    Args:
        text: what was written, plain ASCII.
        messages: what RDKit said about it.
    """
    reason = messages[0].removeprefix("SMILES Parse Error: ") if messages else "not understood"
    reason = re.split(r" for input| while parsing", reason)[0]
    said = re.search(r"around position (\d+)", " ".join(messages))
    position = int(said[1]) if said else _open_ring(text)
    where = f" near character {position}" if position else ""
    return InvalidMolecule(
        f"{text[:60]!r} is no SMILES: {reason}{where}", hint=_hint(text), code="SMILES_SYNTAX"
    )


def _hint(text: str) -> str:
    for pattern, hint in _LOOKS_LIKE:
        if pattern.match(text):
            return hint
    if _FORMULA.fullmatch(text) and set(_FORMULA_ELEMENT.findall(text)) <= set(ATOMIC_NUMBERS):
        return "this looks like a formula, which many molecules share: write a SMILES"
    if text.replace("-", "").isalpha():
        return "this looks like a name: write the SMILES of the molecule, and its name beside it"
    return "check it at the place named"


def _open_ring(text: str) -> int | None:
    """Place, counted from 1, of the first ring number that is not closed."""
    opened: dict[str, int] = {}
    bare = _BRACKET.sub(lambda bracket: " " * len(bracket[0]), text)
    for label in _RING.finditer(bare):
        number = label[0].strip("%()").lstrip("0")
        if opened.pop(number, None) is None:
            opened[number] = label.start() + 1
    return min(opened.values(), default=None)
