"""FCIDUMP: the active-space Hamiltonian for other programs.

Integrals [Ha] of real orbitals in chemist order (pq|rs) with p >= q, r >= s, pq >= rs, all in
point group C1, every decimal kept. The last line is the core energy: nuclear repulsion, the
inactive electrons and, in a solvent, its frozen field. Knowles and Handy,
10.1016/0010-4655(89)90033-7.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from molpipe.files import write_text
from molpipe.model.problem import ActiveSpaceProblem


def write(problem: ActiveSpaceProblem, path: Path) -> None:
    """Write ``problem`` to ``path``.

    Raises:
        OSError: the folder cannot be written.
    """
    write_text(path, to_fcidump(problem))


def to_fcidump(problem: ActiveSpaceProblem) -> str:
    """The text of the file; orbitals count from 1, and what is exactly zero has no line."""
    n, (alpha, beta) = problem.n_orbitals, problem.nelec
    symmetries = "1," * n
    head = (
        f"&FCI NORB={n},NELEC={alpha + beta},MS2={alpha - beta},\n"
        f" ORBSYM={symmetries}\n ISYM=1,\n&END\n"
    )
    return head + "".join(_lines(problem))


def _lines(problem: ActiveSpaceProblem) -> Iterator[str]:
    p, q = np.tril_indices(problem.n_orbitals)
    two_body = problem.two_body[p[:, None], q[:, None], p, q]  # (pair, pair)
    for first, second in zip(*np.tril_indices(len(p)), strict=True):
        yield _line(two_body[first, second], p[first], q[first], p[second], q[second])
    for value, i, j in zip(problem.one_body[p, q], p, q, strict=True):
        yield _line(value, i, j)
    yield f"{problem.core_energy!r} 0 0 0 0\n"


def _line(value: float, *orbitals: np.integer) -> str:
    if value == 0:
        return ""
    i, j, k, l = (*(orbital + 1 for orbital in orbitals), 0, 0)[:4]  # noqa: E741  # as in the paper
    return f"{float(value)!r} {i} {j} {k} {l}\n"
