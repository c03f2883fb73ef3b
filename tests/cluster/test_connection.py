"""Whatever is at an address, somebody learns in one line what it is not."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from molpipe.cluster import connection
from molpipe.cluster.connection import connect
from molpipe.errors import BackendUnavailable

AllExit = pytest.importorskip(
    "distributed.client", reason="Dask is an extra: molpipe[dask]"
).AllExit


def refusal(address):
    with pytest.raises(BackendUnavailable) as caught:
        connect(address)
    assert "\n" not in caught.value.line
    assert address in caught.value.message
    assert caught.value.hint
    return caught.value


@contextmanager
def listening(say=b""):
    """A server that says something at once, or nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            while True:
                try:
                    guest, _ = server.accept()
                except OSError:
                    return
                guest.sendall(say)
                guests.append(guest)

        guests: list[socket.socket] = []
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        accepting.join()
        for guest in guests:
            guest.close()


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "nobody listens" in refusal(f"tcp://127.0.0.1:{port}").message


def test_there_is_no_such_host():
    assert "nobody listens" in refusal("tcp://nowhere.invalid:8786").message


@pytest.mark.parametrize(
    "say", [b"", b"SSH-2.0-OpenSSH_9.2p1\r\n", b"HTTP/1.1 400 Bad Request\r\n"]
)
def test_it_speaks_another_protocol(say, monkeypatch):
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 1.0)
    with listening(say) as port:
        assert "no Dask scheduler" in refusal(f"tcp://127.0.0.1:{port}").message


def test_a_web_server(monkeypatch):
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(BaseHTTPRequestHandler, "log_message", lambda *_: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert "no Dask scheduler" in refusal(f"tcp://127.0.0.1:{server.server_port}").message
        server.shutdown()


def test_an_encrypted_address_without_certificates():
    with listening() as port:
        assert "TLS" in refusal(f"tls://127.0.0.1:{port}").message


def test_dask_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    error = refusal("tcp://127.0.0.1:8786")
    assert (error.code, error.hint) == ("NO_DASK", "pip install 'molpipe[dask]'")


@pytest.mark.slow
def test_the_address_of_a_worker_or_of_its_nanny(cluster):
    with connect(cluster.address) as client:
        for worker, info in client.scheduler_info(n_workers=-1)["workers"].items():
            assert "it is a Worker" in refusal(worker).message
            assert "it is a Nanny" in refusal(info["nanny"]).message


@pytest.mark.slow
@pytest.mark.parametrize(("raised", "said"), [(AllExit(), 0), (ValueError("a fault"), 1)])
def test_an_answer_that_is_made_again_leaves_no_traceback(raised, said, cluster, caplog):
    """Dask's client raises it where nobody waits; what else it fails at is still logged."""

    async def fail():
        raise raised

    async def begin():
        await asyncio.wait([asyncio.ensure_future(fail())])
        gc.collect()

    with connect(cluster.address) as client:
        client.sync(begin)
    assert len([record for record in caplog.records if record.name == "asyncio"]) == said
