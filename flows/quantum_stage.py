"""The flow on the pool ``quantum``: the circuits of one batch, ordered by content key."""

from __future__ import annotations

import os
from functools import partial
from typing import Annotated

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from flows.batch.bench import Bench
from flows.batch.together import together
from flows.batch.window import in_flight
from flows.place import Place, current_place, end_with_worker, speak_up
from molpipe.errors import MolpipeError, StoreError
from molpipe.handover import carry_out, check_keys, outcome_key
from molpipe.model.orders import VQEOrder, VQEOrders, VQEOutcome
from molpipe.provenance import versions
from molpipe.store import Store, open_store

OrdersKey = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@flow(name="quantum-stage", persist_result=False)
def quantum_stage(orders: OrdersKey) -> State[None]:
    """Carry out the circuits of a batch, for the run that prepared its molecules.

    Args:
        orders: content key of the list of orders in the result database (64 hexadecimal digits).
    """
    end_with_worker()
    place = current_place("quantum-stage", str(runtime.flow_run.id))
    speak_up()
    try:
        with open_store(place.database, environment=os.environ) as store:
            return _carry_out(orders, _recall(orders, store), store, place)
    except MolpipeError as error:
        return Failed(message=error.line, data=error)


def _recall(key: str, store: Store) -> VQEOrders:
    found = store.recall(key, VQEOrders)
    if found is None:
        raise StoreError(
            f"the database holds no orders with key {key[:12]}",
            hint="let the workers of both pools use one result database (MOLPIPE_DATABASE)",
        )
    check_keys(found.value)
    return found.value


def _carry_out(key: str, orders: VQEOrders, store: Store, place: Place) -> State[None]:
    with store.leases() as leases, place.open_workers(threads=orders.threads) as workers:
        bench = Bench(
            store,
            workers,
            leases,
            versions=versions(),
            force=orders.force,
            retry_refused=orders.retry_refused,
        )
        ranked = list(enumerate(orders.units))
        unit = partial(_unit, key, store, bench)
        found = together(unit, ranked, at_once=in_flight(place.workers), stop=bench.stop)
    return Completed(message=_counts([outcome for unit in found for outcome in unit]))


def _unit(
    key: str, store: Store, bench: Bench, ranked: tuple[int, tuple[VQEOrder, ...]]
) -> list[VQEOutcome]:
    """Carry out a series, or one order, and keep every outcome as soon as it is there."""
    rank, unit = ranked
    outcomes = []
    for outcome in carry_out(unit, store, lambda row: partial(bench.perform, row, rank)):
        name = outcome_key(key, outcome.vqe_key)
        store.keep(name, "vqe-outcome", outcome, seconds=outcome.seconds, versions=versions())
        outcomes.append(outcome)
    return outcomes


def _counts(outcomes: list[VQEOutcome]) -> str:
    failed = [outcome.row for outcome in outcomes if outcome.failure is not None]
    message = f"{len(outcomes) - len(failed)} of {len(outcomes)} circuits ended"
    return f"{message}; failed: {', '.join(failed)}" if failed else message
