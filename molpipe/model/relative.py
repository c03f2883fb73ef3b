"""What several rows say together: reactions, the order of alternatives, curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from molpipe.model.molecule import RowWarning


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Products minus reactants by one method, or the reason why there is none.

    ``spread_kcal_mol`` is the largest minus the smallest value over the active spaces in
    which the reaction was computed; None for a single one.
    """

    kcal_mol: float | None
    mha: float | None
    reason: str | None = None
    spread_kcal_mol: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReactionBlock:
    """One named reaction in one set of active spaces.

    ``reactants`` and ``products`` hold coefficients by row name, ``active`` and ``full`` the
    difference by each method of the blocks of the same name in a row's energies.
    """

    name: str
    group: str | None
    reactants: Mapping[str, float]
    products: Mapping[str, float]
    active: Mapping[str, Difference]
    full: Mapping[str, Difference]
    vqe_minus_casci_kcal_mol: float | None
    warnings: tuple[RowWarning, ...]


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """A method that orders pairs of reactions differently from the reference method.

    ``method`` is a path such as ``active.hf``; ``space`` counts the listings of the
    reactions from 1; a pair stands in the order of the reference.
    """

    method: str
    space: int
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class RankingBlock:
    """Whether alternatives stay in the same order whatever the method.

    ``order`` is that of ``reference``, lowest first; ``smallest_gap_kcal_mol`` belongs to
    neighbours in it. ``stable`` is None where no two methods can be compared.
    """

    group: str
    reference: str | None
    order: tuple[str, ...]
    smallest_gap_kcal_mol: float | None
    methods: tuple[str, ...]
    stable: bool | None
    disagreeing: tuple[Disagreement, ...]


@dataclass(frozen=True, kw_only=True)
class SeriesBlock:
    """A curve: ``rows`` are its row numbers by rising coordinate.

    ``non_parallelity`` is the largest minus the smallest VQE - judge over the points that
    ``judge`` may judge, ``n_judged`` of them; None with the reason.
    """

    name: str
    rows: tuple[int, ...]
    judge: str | None
    n_judged: int
    non_parallelity_mha: float | None
    non_parallelity_kcal_mol: float | None
    reason: str | None = None
