"""Who listens and says nothing is silent; who answers, or does not listen, is not."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import pytest

from flows.server import silence
from flows.server.silence import Silence

PATIENCE = 3


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(silence, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(silence, "PATIENCE", PATIENCE)


@contextmanager
def server(answers):
    """It answers the questions with these numbers, counted from zero, and lets others wait."""
    guests = []

    def serve():
        while True:
            try:
                guest, _ = listening.accept()
            except OSError:
                return
            guests.append(guest)
            guest.recv(1000)
            if len(guests) - 1 in answers:
                guest.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for guest in guests:
                guest.close()


def test_one_that_never_answers_is_silent_for_too_long_again_and_again():
    with server(answers=()) as address:
        asked = Silence(address)
        found = [asked.is_too_long() for _ in range(2 * PATIENCE)]
    assert [number for number, long in enumerate(found, 1) if long] == [PATIENCE, 2 * PATIENCE]


def test_any_answer_ends_it():
    with server(answers=[PATIENCE - 1]) as address:
        asked = Silence(address)
        assert not any(asked.is_too_long() for _ in range(2 * PATIENCE - 1))


def test_who_only_starts_is_not_silent():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    asked = Silence(f"http://127.0.0.1:{port}/api")
    assert not any(asked.is_too_long() for _ in range(2 * PATIENCE))
