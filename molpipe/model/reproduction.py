"""A stored result computed again."""

from __future__ import annotations

from dataclasses import dataclass

from molpipe.model.changes import Cause, MoleculeChanges
from molpipe.model.document import Row


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """A row as it was stored and as it came out now.

    ``versions`` are the libraries that are another version now than when ``stored`` was computed;
    ``run_id`` is the run that computed it.
    """

    run_id: str
    stored: Row
    again: Row
    changes: MoleculeChanges
    versions: tuple[Cause, ...]

    @property
    def came_back(self) -> bool:
        """Whether every number and every status is within its tolerance."""
        return not self.changes.beyond

    @property
    def is_bit_equal(self) -> bool:
        """Whether every energy has the same digits."""
        return self.changes.is_bit_equal
