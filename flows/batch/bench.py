"""The workbench of one flow run: the store, the child processes, and who computes what.

Its stages are recalled from the store where they can be, computed in a child process
otherwise, and kept before the next stage begins, so that a kill loses one stage at most.
What another run computes at that moment, on whatever machine, is waited for and recalled.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from flows.batch import tasks
from molpipe.errors import Cancelled, InputError, MolpipeError, StoreError
from molpipe.limits import Runner
from molpipe.model.identity import refusal_key
from molpipe.model.molecule import Failure
from molpipe.model.results import VQEResult
from molpipe.model.settings import LimitSettings
from molpipe.stages import expected_gb, load_engines, timed
from molpipe.store import Leases, Staged, Store

T = TypeVar("T")


class _Busy(Exception):
    """Another run computes the stage, or has just kept it."""


class Bench:
    """Performs stages for many threads at once."""

    def __init__(
        self,
        store: Store,
        workers: Runner,
        leases: Leases,
        *,
        versions: Mapping[str, str],
        force: bool,
        retry_refused: bool,
        helps: bool = False,
        aside: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Perform nothing yet.

        Args:
            store: holds what is known, and gets what is made.
            workers: compute.
            leases: say who computes what.
            versions: stand beside each result.
            force: compute again what is known.
            retry_refused: try again what was refused before.
            helps: leave alone what another run has failed at: that one answers for it.
            aside: entered while a thread waits for another run.
        """
        self._store = store
        self._workers = workers
        self._leases = leases
        self._versions = versions
        self._force = force
        self._retry_refused = retry_refused
        self._helps = helps
        self._aside = aside
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._made_here: set[str] = set()
        self._stopped = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it."""
        return self._stopped.is_set()

    @property
    def made(self) -> int:
        """How many stages were computed and kept."""
        return len(self._made_here)

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
        first: a batch is answered row by row. Two rows, or two runs, that need the same stage
        compute it once: the second one waits.
        """
        with self._locks[key]:
            if self._stopped.is_set():
                raise Cancelled("the batch was stopped before this stage began")
            known = self.recall(key, kind)
            if known is not None:
                return known
            begun = threading.Event()
            calculation = partial(
                self._workers.run,
                timed,
                function,
                *arguments,
                seconds=seconds,
                memory_gb=limits.memory_gb,
                expected_gb=expected_gb(function, arguments),
                rank=rank,
                begin=partial(self._claim, key, kind, begun),
                ready=load_engines,
            )
            shared = partial(self._share, key, kind, calculation)
            return self._made(stage, key, lambda: tasks.perform(row_name, stage, shared, begun))

    def recall(self, key: str, kind: type[T]) -> Staged[T] | None:
        """What the store holds under ``key`` and may be used again.

        Raises:
            InputError: what was refused before.
        """
        if self._force and key not in self._made_here:
            return None
        if not self._store.holds(key, refusal_key(key)):
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

    def is_known(self, key: str, kind: type[T]) -> bool:
        """Whether there is something to recall, or it was refused before."""
        try:
            return self.recall(key, kind) is not None
        except InputError:
            return True

    def _made(self, stage: str, key: str, make: Callable[[], Staged[T]]) -> Staged[T]:
        """What is made, kept where it is final; its lease ends in every case."""
        try:
            made = make()
        except InputError as error:
            self._keep(refusal_key(key), stage, Failure.of(error.at(stage)), 0.0)
            self._leases.release(key)
            raise
        except (StoreError, Cancelled):  # the run ends, and with it all of its leases
            raise
        except MolpipeError:
            self._leases.release(key)
            raise
        if made.recalled:
            return made
        if isinstance(made.value, VQEResult) and made.value.status == "time-limit":
            self._leases.release(key)
        else:
            self._keep(key, stage, made.value, made.seconds)
        return made

    def _share(self, key: str, kind: type[T], calculation: Callable[[], Staged[T]]) -> Staged[T]:
        """Compute it, or wait for the run that does; nothing is waited for in a process."""
        while True:
            try:
                return calculation()
            except _Busy:
                with self._aside():
                    self._leases.wait_for_others(key, self._pause)
            known = self.recall(key, kind)
            if known is not None:
                return known
            if self._helps:
                raise Cancelled("the run that began this stage did not end it")

    def _claim(self, key: str, kind: type[T], begun: threading.Event) -> None:
        """Begin only what nobody else computes, and nobody kept since it was last looked for."""
        if not self._leases.claim(key):
            raise _Busy
        if self.is_known(key, kind):
            self._leases.release(key)
            raise _Busy
        begun.set()

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise Cancelled("the batch was stopped while another run computed this stage")

    def _keep(self, key: str, stage: str, value: object, seconds: float) -> None:
        self._store.keep(key, stage, value, seconds=seconds, versions=self._versions)
        self._made_here.add(key)
