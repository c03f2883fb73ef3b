"""The workers of a cluster: how much each may do at once, and whether it computes as we do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from molpipe.cluster.host import Description, describe
from molpipe.errors import BackendUnavailable
from molpipe.limits.admission import Room
from molpipe.limits.machine import GIGABYTE

if TYPE_CHECKING:
    from distributed import Client

UNUSED: Final = "prefect"
"""The one of these libraries that no calculation uses."""

PASSING_ON: Final = ("molpipe", "dask")
"""What a scheduler needs to pass a calculation on."""

Known = Mapping[str, Mapping[str, Any]]
"""What a scheduler knows of workers, by their addresses."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """A worker of the cluster.

    Args:
        address: where the scheduler reaches it.
        threads: calculations at once.
        memory_gb: for all of these [GB]: its memory limit or, where it has none, what
            calculations may have of its machine.
        difference: why it would not compute as this machine does, if so.
    """

    address: str
    threads: int
    memory_gb: float
    difference: str

    def room(self, *, sharers: int) -> Room:
        """What it has for one of so many runs."""
        memory_gb = self.memory_gb / sharers
        return Room(processes=self.threads, memory_gb=memory_gb, name=self.address)

    @property
    def refusal(self) -> BackendUnavailable:
        """Why it is not used."""
        return _different(f"worker {self.address}", self.difference)


def known_workers(client: Client) -> Known:
    """All of its workers, also those that take no more work.

    Raises:
        OSError: the scheduler does not answer.
    """
    info = client.scheduler_info(n_workers=-1)
    if "workers" not in info:
        raise ConnectionError("the client is closed")
    return cast(Known, info["workers"])


def open_ones(workers: Known) -> Known:
    """Those that take work: not paused for lack of memory, and not about to close."""
    return {address: known for address, known in workers.items() if known["status"] == "running"}


def look_at(client: Client, workers: Known) -> list[Member]:
    """Ask these workers for the rest."""
    if not workers:
        return []
    found = client.run(describe, workers=list(workers), on_error="return")
    return [_member(address, workers[address], answer) for address, answer in found.items()]


def first_members(client: Client, address: str) -> list[Member]:
    """All workers of the cluster at ``address``, before anything is computed.

    Raises:
        BackendUnavailable: NO_WORKERS, or OTHER_VERSIONS on one of them.
    """
    members = look_at(client, open_ones(known_workers(client)))
    if not members:
        raise BackendUnavailable(
            f"the Dask cluster at {address} has no workers",
            hint=f"start some: dask worker {address}",
            code="NO_WORKERS",
        )
    for member in members:
        if member.difference:
            raise member.refusal
    return members


def check_scheduler(client: Client, address: str) -> None:
    """See whether the scheduler can unpack what it passes on.

    Raises:
        BackendUnavailable: OTHER_VERSIONS.
    """
    try:
        there = client.run_on_scheduler(describe).versions
    except (ImportError, AttributeError) as error:
        raise _different(f"scheduler {address}", str(error)) from None
    here = {name: ours for name, ours in describe().versions.items() if name in PASSING_ON}
    if found := difference(here, there):
        raise _different(f"scheduler {address}", found)


def difference(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """``numpy 2.1.0 (here 2.2.0)`` and so on; of Python the first two numbers count."""
    return ", ".join(
        f"{name} {there[name]} (here {ours})"
        for name, ours in here.items()
        if name != UNUSED and _counts(name, ours) != _counts(name, there[name])
    )


def _member(address: str, known: Mapping[str, Any], answer: Description | Exception) -> Member:
    limit = (known["memory_limit"] or 0) / GIGABYTE
    if isinstance(answer, Exception):
        found, memory_gb = str(answer), limit
    else:
        found = difference(describe().versions, answer.versions)
        memory_gb = limit or answer.memory_gb
    return Member(address=address, threads=known["nthreads"], memory_gb=memory_gb, difference=found)


def _different(who: str, difference: str) -> BackendUnavailable:
    return BackendUnavailable(
        f"the Dask {who} does not compute as this machine does: {difference}",
        hint="install there what is installed here (requirements.lock), and start it again",
        code="OTHER_VERSIONS",
    )


def _counts(name: str, number: str) -> str:
    return ".".join(number.split(".")[:2]) if name == "python" else number
