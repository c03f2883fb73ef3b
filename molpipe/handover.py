"""The circuits of a batch in other hands: ordered by content key, carried out, taken back.

A quantum computer is not where its molecules are prepared. One side builds every problem and
its references, and keeps a list of orders; the other side carries these out and keeps what
came of each; the first one goes on. Nothing else passes between them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from molpipe import errors
from molpipe.analysis.row import Findings
from molpipe.errors import BackendUnavailable, Cancelled, MolpipeError, StoreError
from molpipe.limited import LimitedStages
from molpipe.model.codec import encode
from molpipe.model.identity import reference_key, vqe_key
from molpipe.model.molecule import BatchRow, Failure
from molpipe.model.orders import VQEOrder, VQEOrders, VQEOutcome
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.model.settings import Settings
from molpipe.pipeline import Prepared, Series, in_order, prepare, run_vqe
from molpipe.stages import Perform
from molpipe.store import Staged, Store

T = TypeVar("T")


def orders_key(orders: VQEOrders) -> str:
    """Content key of a list of orders."""
    return hashlib.sha256(encode(orders)).hexdigest()


def outcome_key(orders: str, vqe: str) -> str:
    """Where the outcome is kept that the VQE with key ``vqe`` had in the list ``orders``."""
    return hashlib.sha256(f"outcome of {vqe} in {orders}".encode()).hexdigest()


def prepare_series(
    rows: Sequence[BatchRow], settings: Settings, perform: Callable[[BatchRow], Perform]
) -> list[VQEOrder]:
    """Perform what comes before the circuits of a series, and order these.

    A row that fails on the way has no order, nor one whose time is up.
    """
    series = Series()
    orders: list[VQEOrder] = []
    for row in in_order(rows):
        try:
            order = _order(row, settings, perform(row), series, orders)
        except MolpipeError:  # the row says so when it is answered
            continue
        if order is not None and order.seconds > 0:
            orders.append(order)
    return orders


def _order(
    row: BatchRow,
    settings: Settings,
    perform: Perform,
    series: Series,
    before: Sequence[VQEOrder],
) -> VQEOrder | None:
    if row.molecule is None:
        return None
    settings = settings.with_overrides(row.overrides)
    stages = LimitedStages(settings, perform)
    prepared = prepare(row.molecule, Findings(), stages, series)
    follows = prepared.problem.neighbour_overlap is not None
    neighbour = before[-1].vqe_key if before and follows else None
    return VQEOrder(
        row=row.name,
        problem_key=prepared.problem_key,
        reference_key=prepared.reference_key,
        vqe_key=vqe_key(prepared.reference_key, settings, neighbour),
        neighbour=neighbour,
        settings=settings,
        seconds=stages.left,
    )


def check_keys(orders: VQEOrders) -> None:
    """Check that this molpipe names the same calculations as the one that wrote the orders.

    Raises:
        BackendUnavailable: it does not, so its results would stand under wrong keys.
    """
    for order in (order for unit in orders.units for order in unit):
        reference = reference_key(order.problem_key, order.settings)
        ours = reference, vqe_key(reference, order.settings, order.neighbour)
        if ours != (order.reference_key, order.vqe_key):
            raise BackendUnavailable(
                f"the order for {order.row} was written by another version of molpipe",
                hint="install the same version where both work pools run",
            )


def carry_out(
    orders: Sequence[VQEOrder], store: Store, perform: Callable[[str], Perform]
) -> Iterator[VQEOutcome]:
    """Carry out the orders of one series, or a single one.

    Args:
        orders: in the order of the points.
        store: holds their problems and references.
        perform: from the name of a row to what computes and keeps its VQE.

    Raises:
        Cancelled: somebody stopped it.
    """
    series = Series()
    for order in orders:
        yield _outcome(order, series, store, perform(order.row))


def _outcome(order: VQEOrder, series: Series, store: Store, perform: Perform) -> VQEOutcome:
    key = order.vqe_key
    try:
        prepared = _recall(order, store)
        series.built(prepared.problem, order.problem_key)
        key = series.vqe_key(prepared, order.settings)
        vqe = run_vqe(key, prepared, LimitedStages(order.settings, perform, order.seconds), series)
    except Cancelled:
        raise
    except MolpipeError as error:
        failure = Failure.of(error.at("vqe"))
        return VQEOutcome(row=order.row, vqe_key=key, error=type(error).__name__, failure=failure)
    return VQEOutcome(
        row=order.row,
        vqe_key=key,
        seconds=vqe.seconds,
        recalled=vqe.recalled,
        unfinished=vqe.value if vqe.value.status == "time-limit" else None,
    )


def _recall(order: VQEOrder, store: Store) -> Prepared:
    problem = _kept(store, order.problem_key, ActiveSpaceProblem)
    references = _kept(store, order.reference_key, ReferenceEnergies)
    return Prepared(problem, order.problem_key, references, order.reference_key)


def take_back(outcome: VQEOutcome, store: Store) -> Staged[VQEResult]:
    """The VQE of an outcome.

    Raises:
        MolpipeError: what the VQE raised; StoreError where it is not kept.
    """
    if outcome.failure is not None:
        raise _error(outcome.error or "", outcome.failure)
    vqe = outcome.unfinished or _kept(store, outcome.vqe_key, VQEResult)
    return Staged(value=vqe, seconds=outcome.seconds, recalled=outcome.recalled)


def _kept(store: Store, key: str, kind: type[T]) -> T:
    found = store.recall(key, kind)
    if found is None:
        raise StoreError(
            f"the database holds no {kind.__name__} with key {key[:12]}",
            hint="run the batch again; both work pools must use one result database",
        )
    return found.value


def _error(name: str, failure: Failure) -> MolpipeError:
    kind = vars(errors).get(name)
    if not (isinstance(kind, type) and issubclass(kind, MolpipeError)):
        kind = MolpipeError
    return kind(failure.message, hint=failure.hint, code=failure.code, stage=failure.stage)
