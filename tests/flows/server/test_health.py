"""Servers that answer otherwise than ours would, each with one clear line."""

from __future__ import annotations

import base64
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import pytest

from flows.server.health import check_server, wait_until_healthy
from molpipe.errors import BackendUnavailable

OURS = version("prefect")
PASSWORD = f"Basic {base64.b64encode(b'user:password').decode()}"


@contextmanager
def server(body, *, status=200, password=None):
    """Answers everything with ``body``, or 401 without the password."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            allowed = password is None or self.headers["Authorization"] == password
            self.send_response(status if allowed else 401)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{served.server_port}/api"
    finally:
        served.shutdown()
        thread.join()
        served.server_close()


def refused(address):
    with pytest.raises(BackendUnavailable) as caught:
        check_server(address)
    assert caught.value.hint
    assert "\n" not in caught.value.line
    assert "password" not in caught.value.message
    return caught.value


def test_the_server_of_the_tests_is_one_of_ours(prefect_home):
    check_server(prefect_home)


def test_another_patch_of_the_same_version_will_do():
    major, minor, _ = OURS.split(".", 2)
    with server(f'"{major}.{minor}.999"') as address:
        check_server(address)


@pytest.mark.parametrize("other", ["2.20.1", "3.0.0", "4.0.0"])
def test_another_version_is_named_with_ours(other):
    with server(f'"{other}"') as address:
        said = refused(address).message
    assert other in said
    assert OURS in said


@pytest.mark.parametrize(
    ("body", "status"),
    [("<html>", 200), ("[]", 200), ("null", 200), ("{}", 200), ("", 500), ('"3.8"', 404)],
)
def test_what_is_no_prefect_is_refused(body, status):
    with server(body, status=status) as address:
        assert address in refused(address).message


@pytest.mark.parametrize("given", ["", "user", "user:wrong", ":password"])
def test_a_wrong_password_is_told_from_a_missing_server(given, monkeypatch):
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", given)
    with server(f'"{OURS}"', password=PASSWORD) as address:
        error = refused(address)
    assert "refuses us" in error.message
    assert "PREFECT_API_AUTH_STRING" in error.hint


def test_the_right_password_opens_the_door(monkeypatch):
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "user:password")
    with server(f'"{OURS}"', password=PASSWORD) as address:
        check_server(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/api", "http://[::1/api", "no address"])
def test_where_nobody_listens_is_said(address):
    assert address in refused(address).message


def test_a_server_that_ends_is_not_waited_for():
    began = time.monotonic()
    assert not wait_until_healthy("http://127.0.0.1:1/api", seconds=60, has_ended=lambda: True)
    assert not wait_until_healthy("http://127.0.0.1:1/api", seconds=0.2, has_ended=lambda: False)
    assert time.monotonic() - began < 30


def test_a_server_is_waited_for_until_it_answers(prefect_home):
    assert wait_until_healthy(prefect_home, seconds=60, has_ended=lambda: False)
