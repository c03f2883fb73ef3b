"""A batch whose circuits run in another flow run: the side that prepares and goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from flows.batch.bench import Bench
from flows.batch.together import together
from molpipe.errors import BackendUnavailable, Cancelled, MolpipeError
from molpipe.handover import orders_key, outcome_key, prepare_series, take_back
from molpipe.model.molecule import BatchRow
from molpipe.model.orders import VQEOrder, VQEOrders, VQEOutcome
from molpipe.model.results import VQEResult
from molpipe.model.settings import LimitSettings, Settings
from molpipe.provenance import versions
from molpipe.store import Staged, Store

T = TypeVar("T")

RunStage = Callable[[str], None]
"""Runs the circuit stage for the orders with a key, and returns when it has completed.

Raises BackendUnavailable where it ended otherwise, Cancelled where the batch was stopped.
"""


class Routed:
    """Performs the stages of a batch as :class:`flows.batch.bench.Bench` does, except circuits.

    These are performed by one run elsewhere; a VQE that it did not bring is a failed row, and
    never computed here.
    """

    def __init__(self, bench: Bench, store: Store) -> None:
        self._bench = bench
        self._store = store
        self._failed: dict[tuple[str, str], MolpipeError] = {}
        self._orders = ""
        self._missing: MolpipeError = BackendUnavailable(
            "the quantum-stage run ended without a word on this circuit", hint="run the batch again"
        )

    def hand_over(
        self,
        units: Sequence[tuple[BatchRow, ...]],
        settings: Settings,
        run_stage: RunStage,
        *,
        at_once: int,
        force: bool,
        retry_refused: bool,
    ) -> None:
        """Prepare every row, then have the circuits that nobody knows yet run in one go.

        Args:
            units: single rows, and the rows of a series (:func:`molpipe.pipeline.units`).
            settings: of the batch.
            run_stage: runs the circuit stage; called once, or not at all where all is known.
            at_once: rows that are prepared at a time.
            force: as for the bench.
            retry_refused: as for the bench.
        """

        def prepare(unit: tuple[BatchRow, ...]) -> list[VQEOrder]:
            return prepare_series(
                unit, settings, lambda row: partial(self._prepare, row.name, row.row)
            )

        prepared = together(prepare, units, at_once=at_once, stop=self._bench.stop)
        wanted = {_keys(unit): tuple(unit) for unit in prepared if not self._are_known(unit)}
        if not wanted or self._bench.stopped:
            return
        orders = VQEOrders(
            id=uuid4().hex,
            units=tuple(wanted.values()),
            threads=settings.limits.threads,
            force=force,
            retry_refused=retry_refused,
        )
        self._orders = orders_key(orders)
        self._store.keep(self._orders, "vqe-orders", orders, seconds=0.0, versions=versions())
        try:
            run_stage(self._orders)
        except (BackendUnavailable, Cancelled) as error:
            self._missing = error

    def perform(
        self,
        row_name: str,
        rank: int,
        stage: str,
        key: str,
        kind: type[T],
        function: Callable[..., T],
        *arguments: Any,
        limits: LimitSettings,
        seconds: float,
    ) -> Staged[T]:
        """One stage of the row ``row_name``; what failed in the preparation fails again."""
        if (row_name, key) in self._failed:
            raise self._failed[row_name, key]
        if stage == "vqe":
            return self._circuit(key)  # type: ignore[return-value]  # its kind is VQEResult
        return self._bench.perform(
            row_name, rank, stage, key, kind, function, *arguments, limits=limits, seconds=seconds
        )

    def _prepare(
        self,
        row_name: str,
        rank: int,
        stage: str,
        key: str,
        kind: type[T],
        function: Callable[..., T],
        *arguments: Any,
        limits: LimitSettings,
        seconds: float,
    ) -> Staged[T]:
        try:
            return self._bench.perform(
                row_name,
                rank,
                stage,
                key,
                kind,
                function,
                *arguments,
                limits=limits,
                seconds=seconds,
            )
        except MolpipeError as error:
            self._failed[row_name, key] = error
            raise

    def _are_known(self, unit: Sequence[VQEOrder]) -> bool:
        return all(self._bench.is_known(order.vqe_key, VQEResult) for order in unit)

    def _circuit(self, key: str) -> Staged[VQEResult]:
        outcome = self._store.recall(outcome_key(self._orders, key), VQEOutcome)
        if outcome is not None:
            return take_back(outcome.value, self._store)
        known = self._bench.recall(key, VQEResult)
        if known is None:
            raise self._missing
        return known


def _keys(unit: Sequence[VQEOrder]) -> tuple[str, ...]:
    return tuple(order.vqe_key for order in unit)
