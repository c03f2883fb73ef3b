"""How a calculation ends that gives no answer, in words for the chemist."""

from __future__ import annotations

import signal
from typing import Final

from molpipe.errors import CalculationError, ResourceError

CHILD_DIED: Final = "CHILD_DIED"
"""The code of a calculation whose process was ended by somebody else, or by itself."""


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


def ending(exit_code: int | None) -> str:
    """How a child ended, in words; None where nobody knows."""
    if exit_code is None:
        return "ended without an answer"
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was ended by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"was ended by signal {-exit_code}"
