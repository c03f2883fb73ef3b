"""Requests that meet a busy SQLite database are tried again.

Prefect answers these with 503 and its own clients try again; the pages of its UI do not, and
show an error for a run that was never created. A transaction that SQLite refused has changed
nothing, so the same request may be made once more.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUSY: Final = 503
PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds before each new try."""


class Patient:
    """An application whose answers of 503 are seen only after several tries."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests on; the body is read once and given to every try."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages = await _body(receive)
        for pause in PAUSES:
            attempt = _Attempt(messages, receive, send)
            if not await attempt.was_busy(self._app, dict(scope)):
                return
            await asyncio.sleep(pause)
        await self._app(scope, _Attempt(messages, receive, send).receive, send)


async def _body(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


class _Attempt:
    """One try: gives the body again, and keeps an answer of 503 to itself."""

    def __init__(self, messages: list[Message], receive: Receive, send: Send) -> None:
        self._messages = iter(messages)
        self._receive = receive
        self._send = send
        self._busy = False

    async def was_busy(self, app: ASGIApp, scope: Scope) -> bool:
        """Make the try; whether the database was busy."""
        try:
            await app(scope, self.receive, self.send)
        except Exception:  # Starlette answers for an error, and then raises it all the same
            if not self._busy:
                raise
        return self._busy

    async def receive(self) -> Message:
        """The next part of the body, then what else the client says."""
        kept = next(self._messages, None)
        return await self._receive() if kept is None else kept

    async def send(self, message: Message) -> None:
        """Pass an answer on, unless it says that the database is busy."""
        if message["type"] == "http.response.start" and message["status"] == BUSY:
            self._busy = True
        if not self._busy:
            await self._send(message)
