"""Guessed numbers of basis functions against PySCF's basis sets."""

from __future__ import annotations

import pytest

from molpipe.analysis.basis_size import n_functions
from molpipe.chem.basis import basis_functions

MOLECULES = {
    "water": ("O", "H", "H"),
    "thiophene": ("C",) * 4 + ("H",) * 4 + ("S",),
    "bromobenzene": ("C",) * 6 + ("H",) * 5 + ("Br",),
    "ferrocene": ("C",) * 10 + ("H",) * 10 + ("Fe",),
}

BASES = (
    *("sto-3g", "3-21g", "6-31g", "6-31g*", "6-31g(d)", "6-31g**", "6-31+g*", "6-31++g**"),
    *("6-311g**", "6-311++g**", "def2-svp", "def2-svpd", "def2-tzvp", "def2-tzvpp", "def2-qzvp"),
    *("cc-pvdz", "cc-pvtz", "cc-pvqz", "cc-pv5z", "aug-cc-pvdz", "aug-cc-pvtz", "aug-cc-pvqz"),
    *("pc-1", "pc-2"),
)


def size_in_pyscf(symbols, basis):
    """None where the basis lacks an element."""
    shells = [basis_functions(basis, symbol) for symbol in symbols]
    if None in shells:
        return None
    return sum(
        (2 * momentum + 1) * (len(rows[-1]) - 1) for found in shells for momentum, *rows in found
    )


@pytest.mark.parametrize("basis", BASES)
def test_common_sets_are_right_within_a_fifth(basis):
    checked = 0
    for name, symbols in MOLECULES.items():
        size = size_in_pyscf(symbols, basis)
        if size:
            checked += 1
            assert 0.9 <= n_functions(symbols, basis) / size <= 1.2, name
    assert checked >= 2


def test_an_unknown_name_is_taken_for_a_large_set():
    symbols = MOLECULES["water"]
    assert n_functions(symbols, "my-own") == pytest.approx(size_in_pyscf(symbols, "cc-pvtz"), 0.1)
