"""Where a flow run happens: its database, its folder, its child processes.

A run in a worker finds these in the environment that the service gave it; one in our own
process is told them by a context variable.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from molpipe.cluster import LOCAL, dask_address, default_workers
from molpipe.errors import InputError
from molpipe.limits import Runner, Workers, memory_for_calculations
from molpipe.limits.child import die_with
from molpipe.limits.forking import load_early
from molpipe.model.document import Row
from molpipe.model.reactions import Reaction
from molpipe.stages import ENGINES
from molpipe.store.database import VARIABLE as DATABASE_VARIABLE

HOME_VARIABLE = "MOLPIPE_HOME"
RUNNER_VARIABLE = "MOLPIPE_RUNNER"
WORKERS_VARIABLE = "MOLPIPE_WORKERS"
RUNS_VARIABLE = "MOLPIPE_RUNS"
PARENT_VARIABLE = "MOLPIPE_PARENT"
"""A worker of ours tells its runs with it which process it is."""

DEFAULT_HOME = "runs"
RUN_VARIABLE = "PREFECT__FLOW_RUN_ID"
"""Prefect tells a process with it which run it was started for."""

EARLY: Final = (ENGINES, "molpipe.report.html:load")
"""What child processes will need, in this order: calculations first."""

Listener = Callable[[Row], None]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a run happens.

    Args:
        database: result database, a path or a URL; None for that of the environment.
        out: folder of results.json, results.csv and report.html.
        runner: where calculations run, ``local`` or ``dask:ADDRESS``.
        workers: calculations at once; on a cluster no more than its threads.
        sharers: runs that share the memory of the machine, or of the cluster.
        batch: read this file or folder; None for what the request names.
        reactions: differences between rows of ``batch``.
        listener: called with every row as it is answered, one at a time, in any thread.
        has_ui: whether somebody may look at the run in Prefect's UI, which then gets artifacts.
    """

    out: Path
    database: str | None = None
    runner: str = LOCAL
    workers: int = 1
    sharers: int = 1
    batch: Path | None = None
    reactions: tuple[Reaction, ...] = ()
    listener: Listener | None = None
    has_ui: bool = False

    def load_early(self, *, threads: int) -> None:
        """Let engines be loaded beside what comes before the first calculation."""
        if threads == 1 and self.runner == LOCAL:
            load_early(*EARLY)

    def open_workers(self, *, threads: int) -> Runner:
        """What runs calculations of ``threads`` threads each in this run's share of the memory.

        Raises:
            InvalidSettings: BAD_RUNNER.
            BackendUnavailable: the cluster cannot be used.
        """
        address = dask_address(self.runner)
        if address is not None:
            from molpipe.cluster.workers import ClusterWorkers  # noqa: PLC0415

            return ClusterWorkers(
                address, threads=threads, sharers=self.sharers, at_most=self.workers
            )
        memory_gb = memory_for_calculations() / self.sharers
        return Workers(processes=self.workers, threads=threads, memory_gb=memory_gb)


_told: ContextVar[Place | None] = ContextVar("place", default=None)


@contextmanager
def running_at(place: Place) -> Iterator[None]:
    """Flow runs that start in this block happen at ``place``."""
    token = _told.set(place)
    try:
        yield
    finally:
        _told.reset(token)


def current_place(title: str, run_id: str) -> Place:
    """The place of the run ``run_id`` that is called ``title``."""
    return _told.get() or of_environment(os.environ, title, run_id)


def of_environment(environment: Mapping[str, str], title: str, run_id: str) -> Place:
    """The place that a worker's environment names.

    Raises:
        InputError: NO_PLACE, it does not say where home and database are.
    """
    _check_absolute(environment)
    runner = environment.get(RUNNER_VARIABLE) or LOCAL
    return Place(
        out=report_folder(home(environment), title, run_id),
        runner=runner,
        workers=int(environment.get(WORKERS_VARIABLE) or default_workers(runner)),
        sharers=int(environment.get(RUNS_VARIABLE) or 1),
        has_ui=True,
    )


def _check_absolute(environment: Mapping[str, str]) -> None:
    """A worker runs each flow in a folder that it then removes: what is relative would be lost."""
    for name in (HOME_VARIABLE, DATABASE_VARIABLE):
        named = environment.get(name, "")
        if "://" not in named and not Path(named).is_absolute():
            raise InputError(
                f"the worker has no absolute path in {name}, but {named!r}",
                hint="docs/service.md says what the environment of a worker needs",
                code="NO_PLACE",
            )


def speak_up() -> None:
    """Let what calculations log reach the log of a run: Prefect gives it a handler, no level."""
    logging.getLogger("molpipe").setLevel(logging.INFO)


def end_with_worker() -> None:
    """End when the worker ends that started this process for one run, or has ended by now.

    Nobody could cancel the run then, and Prefect's log goes into a pipe that nobody reads.
    """
    if RUN_VARIABLE in os.environ:
        die_with(int(os.environ.get(PARENT_VARIABLE) or os.getppid()))


def home(environment: Mapping[str, str]) -> Path:
    """The folder of everything that the service writes."""
    return Path(environment.get(HOME_VARIABLE) or DEFAULT_HOME)


def report_folder(home: Path, title: str, run_id: str) -> Path:
    """The folder of results.json, results.csv and report.html of a run of the service.

    Runs that a schedule made in one moment have ids that begin alike.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "run"
    return home / "reports" / f"{slug}-{run_id[:8]}-{run_id[-4:]}"
