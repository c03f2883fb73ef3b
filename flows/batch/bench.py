"""The workbench of one flow run: the store, the child processes, and who computes what.

Its stages are recalled from the store where they can be, computed in a child process
otherwise, and kept before the next stage begins, so that a kill loses one stage at most.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

from flows.batch.tasks import called, compute
from molpipe.errors import Cancelled, InputError
from molpipe.limits import Workers
from molpipe.model.identity import refusal_key
from molpipe.model.molecule import Failure
from molpipe.model.results import VQEResult
from molpipe.model.settings import LimitSettings
from molpipe.stages import expected_gb, timed
from molpipe.store import Staged, Store

T = TypeVar("T")


class Bench:
    """Performs stages for many threads at once."""

    def __init__(
        self,
        store: Store,
        workers: Workers,
        *,
        versions: Mapping[str, str],
        force: bool,
        retry_refused: bool,
    ) -> None:
        self._store = store
        self._workers = workers
        self._versions = versions
        self._force = force
        self._retry_refused = retry_refused
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._made_here: set[str] = set()
        self._stopped = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Let nothing new begin and end what runs; every row still open becomes cancelled."""
        self._stopped.set()
        self._workers.stop()

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
        """One stage of the row ``row_name`` (see :class:`molpipe.stages.Perform`).

        Of the stages that wait for a process, those of the row with the lowest rank begin
        first: a batch is answered row by row. Two rows that need the same stage compute it once:
        the second one waits.
        """
        with self._locks[key]:
            if self._stopped.is_set():
                raise Cancelled("the batch was stopped before this stage began")
            known = self.recall(key, kind)
            if known is not None:
                return known
            calculation = partial(
                self._workers.run,
                timed,
                function,
                *arguments,
                seconds=seconds,
                memory_gb=limits.memory_gb,
                expected_gb=expected_gb(function, arguments),
                rank=rank,
            )
            try:
                made = cast(Staged[T], called(compute, stage)(row_name, calculation))
            except InputError as error:
                self._keep(refusal_key(key), stage, Failure.of(error.at(stage)), 0.0)
                raise
            if not (isinstance(made.value, VQEResult) and made.value.status == "time-limit"):
                self._keep(key, stage, made.value, made.seconds)
            return made

    def recall(self, key: str, kind: type[T]) -> Staged[T] | None:
        """What the store holds under ``key`` and may be used again.

        Raises:
            InputError: what was refused before.
        """
        if self._force and key not in self._made_here:
            return None
        known = self._store.recall(key, kind)
        if known is not None and key in self._made_here:
            return replace(known, recalled=False)  # made for another row of this very run
        if known is None and not self._retry_refused:
            refusal = self._store.recall(refusal_key(key), Failure)
            if refusal is not None:
                failure = refusal.value
                raise InputError(
                    failure.message, hint=failure.hint, code=failure.code, stage=failure.stage
                )
        return known

    def _keep(self, key: str, stage: str, value: object, seconds: float) -> None:
        self._store.keep(key, stage, value, seconds=seconds, versions=self._versions)
        self._made_here.add(key)
