"""The way to the scheduler of a Dask cluster, or one line that says why there is none."""

from __future__ import annotations

import asyncio
import socket
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from molpipe.errors import BackendUnavailable

if TYPE_CHECKING:
    from distributed import Client

REACH_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 10.0


def connect(address: str) -> Client:
    """A client of the scheduler at ``tcp://host:port``.

    Raises:
        BackendUnavailable: NO_DASK, it is not installed; NO_CLUSTER, nobody listens there, or
            something that is no Dask scheduler.
    """
    try:
        import dask  # noqa: PLC0415
        from distributed import Client  # noqa: PLC0415
        from distributed.versions import VersionMismatchWarning  # noqa: PLC0415
    except ImportError:
        raise BackendUnavailable(
            f"Dask is not installed, so the cluster at {address} cannot be used",
            hint="pip install 'molpipe[dask]'",
            code="NO_DASK",
        ) from None
    _check_somebody_listens(address)
    _check_it_is_a_scheduler(address)
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"})
    with warnings.catch_warnings():  # what differs is said in one line, see members.py
        warnings.simplefilter("ignore", VersionMismatchWarning)
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False, name="molpipe")
    client.loop.asyncio_loop.set_exception_handler(_unless_made_again)
    return client


def _unless_made_again(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what Dask's client fails at, but not that an answer was lost which it makes again.

    Nobody waits for that exception, of which asyncio would print a traceback.
    """
    from distributed.client import AllExit  # noqa: PLC0415

    if not isinstance(context.get("exception"), AllExit):
        loop.default_exception_handler(context)


def gone(address: str) -> BackendUnavailable:
    """The scheduler was there, and no longer is."""
    return BackendUnavailable(
        f"the Dask scheduler at {address} is gone",
        hint="start it again, and the batch again: it goes on with what was finished",
        code="NO_CLUSTER",
    )


def _check_somebody_listens(address: str) -> None:
    """Dask itself would try for a long time, and then not say what it was that failed."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname, parts.port), REACH_SECONDS).close()
    except OSError as error:
        raise BackendUnavailable(
            f"nobody listens at {address}: {error.strerror or error}",
            hint="start a cluster with `dask scheduler`, or name another one",
            code="NO_CLUSTER",
        ) from None


def _check_it_is_a_scheduler(address: str) -> None:
    """Dask's client would wait for ever for the greeting of a server of another kind."""
    greeting = asyncio.wait_for(_kind(address), ANSWER_SECONDS)
    with ThreadPoolExecutor(1) as thread:  # in ours, a loop may run already
        try:
            kind = thread.submit(asyncio.run, greeting).result()
        except TimeoutError:
            raise _no_scheduler(address, f"it says nothing in {ANSWER_SECONDS:g} s") from None
        except (MemoryError, ValueError):  # what it says was taken for the length of a message
            raise _no_scheduler(address, "it speaks another protocol") from None
        except (OSError, TypeError, RuntimeError) as error:
            first_line = next(iter(str(error).splitlines()), "")
            raise _no_scheduler(address, f"{type(error).__name__}: {first_line}") from None
    if kind != "Scheduler":
        raise _no_scheduler(address, f"it is a {kind}")


async def _kind(address: str) -> str:
    from distributed import rpc  # noqa: PLC0415
    from distributed.security import Security  # noqa: PLC0415

    arguments = Security().get_connection_args("client")
    async with rpc(address, connection_args=arguments, timeout=ANSWER_SECONDS) as server:
        return str((await server.identity())["type"])


def _no_scheduler(address: str, why: str) -> BackendUnavailable:
    return BackendUnavailable(
        f"no Dask scheduler answers at {address}: {why}",
        hint="`dask scheduler` prints its address first, which is not that of its dashboard; "
        "that of an encrypted one begins with tls://",
        code="NO_CLUSTER",
    )
