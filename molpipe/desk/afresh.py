"""Stages computed afresh in child processes: the result database is neither read nor written."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from molpipe.limits import Runner
from molpipe.model.settings import LimitSettings
from molpipe.stages import expected_gb, load_engines, timed
from molpipe.store.records import Staged

T = TypeVar("T")


class Afresh:
    """Performs stages for many threads; two rows that share a stage compute it once."""

    def __init__(self, runner: Runner) -> None:
        """Perform nothing yet."""
        self._runner = runner
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._made: dict[str, Staged[Any]] = {}

    def perform(
        self,
        stage: str,
        key: str,
        kind: type[T],
        function: Callable[..., T],
        *arguments: Any,
        limits: LimitSettings,
        seconds: float,
    ) -> Staged[T]:
        """One stage (see :class:`molpipe.stages.Perform`)."""
        del stage, kind
        with self._locks[key]:
            if key not in self._made:
                self._made[key] = self._runner.run(
                    timed,
                    function,
                    *arguments,
                    seconds=seconds,
                    memory_gb=limits.memory_gb,
                    expected_gb=expected_gb(function, arguments),
                    ready=load_engines,
                )
            return self._made[key]
