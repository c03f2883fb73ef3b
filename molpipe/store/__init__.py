"""The result database: stage results by content key, runs and their rows."""

from molpipe.store.leases import Leases
from molpipe.store.query import Question
from molpipe.store.records import RunStart, RunSummary, Staged
from molpipe.store.store import Store, open_existing, open_store, utc_now

__all__ = [
    "Leases",
    "Question",
    "RunStart",
    "RunSummary",
    "Staged",
    "Store",
    "open_existing",
    "open_store",
    "utc_now",
]
