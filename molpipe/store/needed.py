"""Which stage results the rows of a run came from, so that pruning leaves them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from molpipe.errors import CorruptRecord, SchemaTooNew
from molpipe.model.codec import decode
from molpipe.model.identity import refusal_key
from molpipe.model.orders import VQEOrders
from molpipe.store.schema import Result, RunRow, StageResult

ORDERS: Final = "vqe-orders"


@dataclass(frozen=True, kw_only=True)
class Needed:
    """Stage results that stay: by key, and all that were made until ``unknown_until``.

    Rows of an earlier molpipe do not name the keys of their stages; the moment is the end of the
    last run with such rows.
    """

    keys: frozenset[str]
    unknown_until: datetime | None

    def holds(self, key: str, made: datetime) -> bool:
        """Whether the result under ``key`` stays."""
        return key in self.keys or (self.unknown_until is not None and made <= self.unknown_until)


def needed_by(connection: Connection, ends: Mapping[str, datetime], since: datetime) -> Needed:
    """What the rows of some runs came from, and what orders made after ``since`` name.

    Args:
        connection: reads the database.
        ends: ids of the runs, and when something was written into each last.
        since: orders that are older were carried out, or never will be.
    """
    keys = set(_ordered(connection, since))
    unknown_until = None
    asked = select(RunRow.run_id, Result.stage_keys).join(Result, Result.id == RunRow.result_id)
    for run_id, named in connection.execute(asked.where(RunRow.run_id.in_(ends))):
        if named is None:
            unknown_until = max(unknown_until or ends[run_id], ends[run_id])
        else:
            keys.update(named.values())
    refused = {refusal_key(key) for key in keys}
    return Needed(keys=frozenset(keys | refused), unknown_until=unknown_until)


def _ordered(connection: Connection, since: datetime) -> Iterator[str]:
    kept = select(StageResult.payload).where(
        StageResult.stage == ORDERS, StageResult.created_at >= since
    )
    for payload in connection.execute(kept).scalars():
        try:
            orders = decode(zlib.decompress(payload), VQEOrders)
        except (zlib.error, CorruptRecord, SchemaTooNew):
            continue
        for order in (order for unit in orders.units for order in unit):
            yield from (order.problem_key, order.reference_key, order.vqe_key)
