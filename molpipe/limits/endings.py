"""How a calculation ends that gives no answer, in words for the chemist."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psutil  # type: ignore[import-untyped]
from pebble import ProcessExpired

from molpipe.errors import CalculationError, ResourceError

CHILD_DIED: Final = "CHILD_DIED"
"""The code of a calculation whose process was ended by somebody else, or by itself."""


@contextmanager
def deaths_named() -> Iterator[None]:
    """Say how a child ended that was not ended by us.

    Raises:
        CalculationError: ``CHILD_DIED``.
    """
    try:
        yield
    except ProcessExpired as error:
        raise died(_ending(error.exitcode)) from error
    except (RuntimeError, TimeoutError, psutil.NoSuchProcess) as error:
        # A broken pool is a RuntimeError. It has no exit code where the child ended before it
        # acknowledged its work, and pebble never hears of one that ended with code 0.
        raise died("ended without an answer") from error


def over_time(seconds: float) -> ResourceError:
    """The wall time [s] that was left is used up."""
    return ResourceError(
        f"the calculation was stopped after {seconds:.3g} s, when its time limit was reached",
        hint="raise limits.seconds, or choose a smaller basis or active space",
        code="TIME_LIMIT",
    )


def over_memory(memory_gb: float) -> ResourceError:
    """The child holds more than ``memory_gb`` [GB]."""
    return ResourceError(
        f"the calculation was stopped at its limit of {memory_gb:g} GB resident memory",
        hint="raise limits.memory_gb, or choose a smaller basis or active space",
        code="MEMORY_LIMIT",
    )


def died(ending: str) -> CalculationError:
    """The child is gone; ``ending`` says how."""
    return CalculationError(
        f"the process of the calculation {ending}",
        hint="run it again; where the machine is short of memory, lower limits.memory_gb or "
        "run fewer molecules at once",
        code=CHILD_DIED,
    )


def _ending(exit_code: int) -> str:
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was ended by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"was ended by signal {-exit_code}"
