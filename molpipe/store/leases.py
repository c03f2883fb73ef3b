"""Who computes what now, so that runs that need the same stage compute it once between them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, select, update

from molpipe.errors import StoreError
from molpipe.store.database import insert_new
from molpipe.store.process import Process, this_process
from molpipe.store.schema import Lease
from molpipe.store.transactions import Database

logger = logging.getLogger(__name__)

BEAT_SECONDS: Final = 5.0
DEAD_SECONDS: Final = 30.0
"""An owner whose beat stood still while somebody watched for so long is dead."""

FIRST_LOOK: Final = 0.1
LONGEST_LOOK: Final = 1.0

_WHOSE: Final = select(Lease.owner).where(Lease.key == bindparam("leased"))


@dataclass(frozen=True, kw_only=True)
class Held:
    """A look at a lease that another owner holds."""

    key: str
    owner: str
    process: Process
    beat: int


class Watch:
    """Tells from looks at a lease, with pauses between them, whether its owner lives.

    It adds up its own pauses and reads no clock: that of another machine may be wrong, one that
    is set jumps, and while the watcher was suspended, or the database away, nobody looked.
    """

    def __init__(self) -> None:
        self.pause = FIRST_LOOK
        self._last: Held | None = None
        self._still = 0.0

    def death(self, held: Held) -> str:
        """What became of the owner, in words; empty while it may live: look after ``pause`` [s]."""
        if held == self._last:
            self._still += self.pause
            self.pause = min(2 * self.pause, LONGEST_LOOK)
        else:
            self._still = 0.0
        self._last = held
        if held.process.is_gone():
            return "is gone"
        if self._still >= DEAD_SECONDS:
            return f"has not been heard of for {DEAD_SECONDS:g} s"
        return ""


class Leases:
    """The leases of one owner: each lets it, and nobody else, compute what a content key names.

    Use it as a context manager: in the block a thread lets the leases beat, at its end none is
    left. Threads may share it. A lease also ends when the store keeps something under its key.

    An owner that was suspended, or cut off from the database, may be taken for dead and its
    work taken over. It goes on all the same and keeps its result: that of the other one has the
    same key, so it is the same, and nothing is lost but the time of computing it twice.
    """

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime],
        process: Process | None = None,
    ) -> None:
        """Hold nothing yet.

        Args:
            database: where all owners meet.
            now: the clock that dates leases, for pruning; who is dead does not depend on it.
            process: the owner's; by default this one.
        """
        self._database = database
        self._impatient = database.with_patience(1.0)
        self._now = now
        self._process = process or this_process()
        self._owner = uuid4().hex
        self._ended = threading.Event()
        # Prefect tells by the context whose log it is.
        self._beating = threading.Thread(
            target=copy_context().run, args=(self._keep_beating,), name="leases", daemon=True
        )

    def __enter__(self) -> Self:
        self._beating.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._beating.join()
        with suppress(StoreError):  # they do not beat any more: others will not wait for long
            ours = delete(Lease).where(Lease.owner == self._owner)
            self._impatient.write(lambda connection: connection.execute(ours))

    def claim(self, key: str) -> bool:
        """Take the lease on ``key``; whether it is ours now.

        Raises:
            StoreError: the database fails.
        """
        record = {
            "key": key,
            "owner": self._owner,
            "host": self._process.host,
            "among": self._process.among,
            "process": self._process.number,
            "beat": 0,
            "claimed_at": self._now(),
        }

        def work(connection: Connection) -> bool:
            insert_new(connection, Lease, record)
            return connection.execute(_WHOSE, {"leased": key}).scalar() == self._owner

        return self._database.write(work)

    def release(self, key: str) -> None:
        """Give the lease on ``key`` back, where it is ours.

        Raises:
            StoreError: the database fails.
        """
        ours = delete(Lease).where(Lease.key == key, Lease.owner == self._owner)
        self._database.write(lambda connection: connection.execute(ours))

    def wait_for_others(self, key: str, pause: Callable[[float], None]) -> None:
        """Return when nobody else holds the lease on ``key``; that of a dead owner is ended.

        Args:
            key: content key.
            pause: sleeps for that many seconds [s]; what it raises ends the wait.

        Raises:
            StoreError: the database fails.
        """
        watch, waits_for = Watch(), ""
        while (held := self._look(key)) is not None:
            if death := watch.death(held):
                self._take_over(held, death)
                continue
            if held.owner != waits_for:
                waits_for, process = held.owner, held.process
                said = "waits for host %s, process %d, which computes this stage"
                logger.info(said, process.host, process.number)
            pause(watch.pause)

    def beat(self) -> None:
        """Tell all who wait that this owner lives.

        Raises:
            StoreError: the database fails.
        """
        ours = update(Lease).where(Lease.owner == self._owner).values(beat=Lease.beat + 1)
        self._impatient.write(lambda connection: connection.execute(ours))

    def _keep_beating(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            with suppress(StoreError):  # who has something to keep will say it
                self.beat()

    def _look(self, key: str) -> Held | None:
        wanted = select(Lease.owner, Lease.host, Lease.among, Lease.process, Lease.beat)
        wanted = wanted.where(Lease.key == key, Lease.owner != self._owner)
        found = self._database.read(lambda read: read.execute(wanted).one_or_none())
        if found is None:
            return None
        process = Process(host=found.host, among=found.among, number=found.process)
        return Held(key=key, owner=found.owner, process=process, beat=found.beat)

    def _take_over(self, held: Held, death: str) -> None:
        """End all leases of a dead owner, unless it lives, or somebody else was faster."""
        seen = Lease.key == held.key, Lease.owner == held.owner, Lease.beat == held.beat

        def work(connection: Connection) -> bool:
            if connection.execute(delete(Lease).where(*seen)).rowcount == 0:
                return False
            connection.execute(delete(Lease).where(Lease.owner == held.owner))
            return True

        if self._database.write(work):
            process = held.process
            said = "host %s, process %d, %s; its work is taken over"
            logger.warning(said, process.host, process.number, death)
