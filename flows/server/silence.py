"""A Prefect server that lives and does not answer."""

from __future__ import annotations

from typing import Final

import httpx

ANSWER_SECONDS = 5.0
PATIENCE: Final = 8
"""Questions in vain: two minutes, asked every ten seconds."""


class Silence:
    """How often in a row a server has not answered.

    It counts and reads no clock: after one that jumps, as where a machine was suspended, a server
    would seem silent that nobody has asked.
    """

    def __init__(self, address: str) -> None:
        """Of the server with its API at ``address``."""
        self._address = address
        self._in_vain = 0

    def is_too_long(self) -> bool:
        """Ask once; whether that was in vain too often, and then it counts anew.

        A server that only starts, so that nobody listens yet, is not silent.
        """
        self._in_vain = self._in_vain % PATIENCE + 1 if self._asked_in_vain() else 0
        return self._in_vain == PATIENCE

    def _asked_in_vain(self) -> bool:
        try:
            # This page asks its database as well; any status is an answer.
            httpx.get(f"{self._address}/ready", timeout=ANSWER_SECONDS, trust_env=False)
        except httpx.TimeoutException:
            return True
        except httpx.TransportError:
            pass
        return False
