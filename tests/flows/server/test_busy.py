"""An application that is busy now and then, behind one that is patient."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from flows.server import busy
from flows.server.busy import PAUSES, Patient


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    monkeypatch.setattr(busy, "PAUSES", tuple(0.0 for _ in PAUSES))


class Busy:
    """Answers with the statuses in ``answers``, then repeats the body of the request."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def answer(self, request):
        self.asked.append(await request.body())
        if self.answers:
            return JSONResponse({"said": "no"}, status_code=self.answers.pop(0))
        return PlainTextResponse(await request.body())


def locked(request: Request):
    raise OperationalError("INSERT", {}, Exception("database is locked"))


async def unavailable(request: Request, error: Exception):
    return JSONResponse({"exception_message": "Service Unavailable"}, status_code=503)


def post(endpoint, body=b"one molecule", *, raises=False, **app):
    served = Patient(Starlette(routes=[Route("/", endpoint, methods=["POST"])], **app))
    transport = httpx.ASGITransport(served, raise_app_exceptions=raises)

    async def ask():
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.post("/", content=body)

    return asyncio.run(ask())


def test_a_busy_database_is_asked_again_with_the_same_body():
    app = Busy(503, 503)
    answer = post(app.answer)
    assert (answer.status_code, answer.content) == (200, b"one molecule")
    assert app.asked == [b"one molecule"] * 3


def test_a_body_in_parts_is_given_again_whole():
    async def parts():
        yield b"one "
        yield b"molecule"

    assert post(Busy(503).answer, parts()).content == b"one molecule"


@pytest.mark.parametrize("status", [200, 201, 404, 409, 422, 500])
def test_another_answer_is_passed_on_at_once(status):
    app = Busy(status)
    answer = post(app.answer)
    assert (answer.status_code, answer.json()) == (status, {"said": "no"})
    assert len(app.asked) == 1


def test_it_gives_up_in_the_end_and_says_what_the_database_said():
    app = Busy(*[503] * 100)
    assert post(app.answer).status_code == 503
    assert len(app.asked) == len(PAUSES) + 1


def test_an_error_that_was_answered_as_busy_is_tried_again():
    """Starlette answers for an error by its handler, and then raises it for the server's log."""
    tries = []

    async def flaky(request):
        tries.append(await request.body())
        return locked(request) if len(tries) < 3 else PlainTextResponse("done")

    answer = post(flaky, raises=True, exception_handlers={Exception: unavailable})
    assert (answer.status_code, answer.text) == (200, "done")
    assert tries == [b"one molecule"] * 3


def test_another_error_is_raised_at_once():
    with pytest.raises(ZeroDivisionError):
        post(lambda request: 1 / 0, raises=True)


def test_what_streams_is_not_held_back():
    """Each part goes out before the application makes the next one."""
    seen = []

    async def stream(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for part in (b"a", b"b"):
            seen.append("made")
            await send({"type": "http.response.body", "body": part, "more_body": True})

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        seen.append(message.get("body", "begun"))

    asyncio.run(Patient(stream)({"type": "http"}, receive, send))
    assert seen == ["begun", "made", b"a", "made", b"b"]


def test_other_protocols_go_through():
    seen = []

    async def app(scope, receive, send):
        seen.append((scope["type"], await receive()))

    async def receive():
        return "hello"

    asyncio.run(Patient(app)({"type": "websocket"}, receive, None))
    assert seen == [("websocket", "hello")]
