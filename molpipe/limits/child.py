"""What runs inside a child process."""

from __future__ import annotations

import ctypes
import logging
import os
import pickle
import signal
import sys
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from molpipe.errors import InvariantError, MolpipeError, ResourceError
from molpipe.limits import logs

logger = logging.getLogger(__name__)

NAME: Final = "molpipe child"
"""What a system monitor calls it; Linux cuts it after 15 bytes."""

NICE: Final = 5
"""Who waits for a short answer comes before calculations: their own parent, server and pages."""

THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
PR_SET_PDEATHSIG: Final = 1
PR_SET_NAME: Final = 15


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a function returned, or the error that it raised.

    ``traceback`` is set where that error was not one of the tree.
    """

    value: object = None
    error: MolpipeError | None = None
    traceback: str = ""


def serve(asked: Connection, writer: Connection) -> None:
    """Answer until nobody asks any more; what is logged meanwhile goes to ``writer``.

    A question is a log level and a packed ``(function, args)``, see :func:`execute`.
    """
    os.nice(NICE)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a Python handler waits for C code to return
    with logs.listening(writer):
        while True:
            try:
                level = int(asked.recv_bytes())
                asked.send_bytes(execute(asked.recv_bytes(), level))
            except (EOFError, OSError):
                return


def die_with(parent: int) -> None:
    """End this process when the process ``parent`` ends, also when that one is killed.

    Linux only; elsewhere a child ends when it next reads or writes its pipe. What Linux waits
    for is the end of the *thread* that started this process: that one must stay alive.
    """
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def show_name(name: str) -> None:
    """Let system monitors call this process so, where they can (Linux)."""
    _prctl(PR_SET_NAME, name.encode())


def execute(work: bytes, level: int) -> bytes:
    """Run a pickled ``(function, args)``; the pickled :class:`Answer`.

    Pickle's protocol 5 keeps read-only arrays read-only. ``level`` is the lowest one of
    molpipe's own log records that the parent wants.
    """
    with logs.heard(level):
        return _answer(work)


def value_of(answer: bytes) -> Any:
    """What the function returned of which this is the pickled answer.

    Raises:
        MolpipeError: what it raised, or ``UNEXPECTED``; then the traceback is logged.
    """
    found: Answer = pickle.loads(answer)
    if found.traceback:
        logger.error("a calculation raised what it must not raise\n%s", found.traceback)
    if found.error is not None:
        raise found.error
    return found.value


def packed(thing: object) -> bytes:
    """An answer, or a function and its arguments, by the pickle protocol that keeps arrays."""
    return pickle.dumps(thing, protocol=5)


def _prctl(option: int, argument: int | bytes) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, argument)


def _answer(work: bytes) -> bytes:
    try:
        function, args = pickle.loads(work)
        return packed(Answer(value=function(*args)))
    except MolpipeError as error:
        return packed(Answer(error=error))
    except MemoryError as error:
        return packed(Answer(error=_out_of_memory(error)))
    except BaseException as error:  # noqa: BLE001  # the border: nothing may get lost here
        return packed(Answer(error=_unexpected(error), traceback=traceback.format_exc()))


def _out_of_memory(error: MemoryError) -> ResourceError:
    return ResourceError(
        f"the machine has no memory left for the calculation ({error})",
        hint="run fewer molecules at once, or choose a smaller basis or active space",
        code="MEMORY_LIMIT",
    )


def _unexpected(error: BaseException) -> InvariantError:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return InvariantError(
        f"{type(error).__name__}: {error} (in {frame.name}, {frame.filename}:{frame.lineno})",
        hint="this is a bug in molpipe; please report it with this message",
        code="UNEXPECTED",
    )
