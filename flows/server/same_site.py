"""Requests that a foreign page makes in somebody's browser are refused.

Whoever may call Prefect's API can have commands run, and Prefect lets pages of any site call it
(CORS). A server on loopback without a password would therefore obey every page that is open in
a browser on its machine. Browsers name the page's site in ``Origin``, and a site that points its
own name at this machine is found by ``Host``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
POLICY_VIOLATION: Final = 1008


class SameSite:
    """An application that answers only what is addressed to ``hosts``, by no page of another.

    Programs other than browsers send no ``Origin``; ports are not compared.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan" or self._is_ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            refusal = PlainTextResponse("a page of another site asked\n", status_code=403)
            await refusal(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        return self._knows(f"//{headers.get('host', '')}") and (
            origin is None or self._knows(origin)
        )

    def _knows(self, address: str) -> bool:
        try:
            return urlsplit(address).hostname in self._hosts
        except ValueError:
            return False
