"""Ids of runs, as short as they can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

SHORTEST: Final = 8


def shortened(ids: Sequence[str]) -> dict[str, str]:
    """Each id with its beginning, all as long as it takes to tell them apart.

    Prefect makes ids that begin with the time: those of one moment begin alike.
    """
    different = dict.fromkeys(ids)
    length = SHORTEST
    while len({each[:length] for each in different}) < len(different):
        length += 1
    return {each: each[:length] for each in different}
