"""Where the circuits of a batch run; it imports nothing, so that --help stays quick."""

from __future__ import annotations

from typing import Final, Literal, get_args

Pool = Literal["cpu", "quantum"]
POOLS: Final[tuple[Pool, ...]] = get_args(Pool)
