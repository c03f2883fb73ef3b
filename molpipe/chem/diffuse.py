"""Diffuse functions: what holds the outer electrons of an anion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from molpipe.chem.basis import basis_functions, exponents

DIFFUSE_RATIO: Final = 0.345
"""Below this share of the STO-3G exponent, the outermost s function is a diffuse one.

Of the sets in PySCF for B to I, the smallest ratio without diffuse functions is 0.36 (def2-TZVP
on B), the largest with them 0.34 (def2-SVPD on N and P).
"""


def lacking_diffuse(symbols: Iterable[str], basis: str) -> tuple[str, ...]:
    """The elements among ``symbols`` for which ``basis`` has no diffuse functions, sorted.

    Hydrogens count only where there is nothing else, as in hydride. An element that one of
    ``basis`` and STO-3G does not cover is passed over.
    """
    elements = set(symbols)
    return tuple(sorted(s for s in elements - {"H"} or elements if _lacks(s, basis)))


def _lacks(symbol: str, basis: str) -> bool:
    ours, minimal = _outermost(symbol, basis), _outermost(symbol, "sto-3g")
    return ours is not None and minimal is not None and ours > DIFFUSE_RATIO * minimal


def _outermost(symbol: str, basis: str) -> float | None:
    """Smallest exponent [1/bohr^2] of an s function."""
    return min(exponents(basis_functions(basis, symbol) or (), 0), default=None)
