"""Which requests are answered: who asked, and under which name."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from flows.server.same_site import LOOPBACK, SameSite

HERE = "http://127.0.0.1:4200"
KINDS = ("http", "websocket")


def answers(kind, asked):
    """What comes back for one request to an application that says "app" to everything."""
    said = []

    async def app(scope, receive, send):
        await send({"type": "app"})

    async def send(message):
        said.append(message)

    headers = {"host": "127.0.0.1:4200"} | asked
    scope = {"type": kind, "headers": [(k.encode(), v.encode()) for k, v in headers.items()]}
    site = SameSite(app, {*LOOPBACK, "molpipe.lab.example"})
    asyncio.run(site(scope, None, send))
    return said


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a program
        {"origin": HERE},
        {"origin": "http://localhost:4200"},
        {"origin": "http://[::1]:4200", "host": "[::1]:4200"},
        {"origin": "https://molpipe.lab.example", "host": "molpipe.lab.example"},
        {"origin": "https://molpipe.lab.example", "host": "127.0.0.1:4200"},
        {"origin": "HTTP://LOCALHOST:4200", "host": "LocalHost"},
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_our_own_pages_and_programs_are_answered(kind, headers):
    assert answers(kind, headers) == [{"type": "app"}]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"origin": "http://localhost@evil.example"},
        {"origin": "http://evil.example#127.0.0.1"},
        {"origin": "null"},  # a page in a sandbox, or a file
        {"origin": ""},
        {"origin": "http://[::1"},
        {"host": "evil.example"},  # its name points at this machine
        {"host": "127.0.0.1.evil.example:4200"},
        {"host": ""},
        {"origin": HERE, "host": "evil.example"},
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_another_site_is_refused(kind, headers):
    first, *_ = answers(kind, headers)
    if kind == "websocket":
        assert first["type"] == "websocket.close"
    else:
        assert (first["type"], first["status"]) == ("http.response.start", 403)


def test_an_application_may_start_without_being_asked():
    assert answers("lifespan", {"host": "evil.example"}) == [{"type": "app"}]


def test_the_server_of_a_run_refuses_them_as_well(prefect_home):
    def asked(**headers):
        return httpx.get(f"{prefect_home}/admin/version", headers=headers).status_code

    assert asked() == 200
    assert asked(Origin="https://evil.example") == 403
    assert asked(Host="evil.example") == 403
