"""PySCF reads and splits a whole library of basis sets at the start of every calculation."""

from __future__ import annotations

from functools import cache

import pytest
from pyscf.gto.basis import parse_nwchem


@pytest.fixture(scope="session", autouse=True)
def basis_sets_read_once():
    """The lines of an element are read from a file once, then parsed as ever."""
    read = cache(parse_nwchem.search_seg)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse_nwchem, "search_seg", lambda file, symbol: list(read(file, symbol)))
        yield
