"""VQEs that one run asks another one to carry out, and what became of them.

The other run may be on another machine. It reads an order from the result database, and from
there, by content key, what the order names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from molpipe.model.molecule import Failure
from molpipe.model.results import VQEResult
from molpipe.model.settings import Settings


@dataclass(frozen=True, kw_only=True)
class VQEOrder:
    """The VQE of one row, whose problem and references are kept.

    Args:
        row: name of the row, for people.
        problem_key: content key of its problem.
        reference_key: content key of its references.
        vqe_key: content key that its VQE gets if every order before it ends in time.
        neighbour: that of the VQE in the same series from whose optimum it then starts.
        settings: settings of the row.
        seconds: what is left of its time limit [s].
    """

    row: str
    problem_key: str
    reference_key: str
    vqe_key: str
    neighbour: str | None
    settings: Settings
    seconds: float


@dataclass(frozen=True, kw_only=True)
class VQEOrders:
    """The orders of one batch.

    Args:
        id: of this hand-over alone, so that no other one has its outcomes.
        units: single orders, and the orders of a series in the order of its points.
        threads: threads of each calculation.
        force: compute what is kept already, too.
        retry_refused: try again what was refused before.
    """

    SCHEMA_VERSION: ClassVar[int] = 1

    id: str
    units: tuple[tuple[VQEOrder, ...], ...]
    threads: int
    force: bool
    retry_refused: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class VQEOutcome:
    """What became of one order.

    A VQE that ended in time is kept under ``vqe_key``. One that did not has no key to be kept
    under, the next run gets further: it is ``unfinished`` here.

    Args:
        row: name of the row, for people.
        vqe_key: content key of the VQE; another one than ordered where a VQE before it failed.
        seconds: wall time that it took when it was computed [s].
        recalled: whether an earlier run computed it.
        unfinished: the VQE, where it ran out of time.
        error: class of the error that ended it, see :mod:`molpipe.errors`.
        failure: what that error said.
    """

    SCHEMA_VERSION: ClassVar[int] = 1

    row: str
    vqe_key: str
    seconds: float = 0.0
    recalled: bool = False
    unfinished: VQEResult | None = None
    error: str | None = None
    failure: Failure | None = None
