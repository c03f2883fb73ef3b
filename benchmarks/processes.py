"""Start a driver in a process of its own and read the JSON line that it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
OUR_PYTHON = Path(sys.executable)


class DriverFailed(Exception):
    """A driver that ended without an answer; the message says how."""


def ask(
    module: str,
    arguments: Sequence[str] = (),
    *,
    python: Path = OUR_PYTHON,
    threads: int = 1,
    seconds: float = 1800.0,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What ``python -m module arguments`` prints last, as JSON.

    Raises:
        DriverFailed: it took longer than ``seconds`` or failed.
    """
    variables = os.environ | dict.fromkeys(THREAD_VARIABLES, str(threads)) | dict(environment or {})
    command = [str(python), "-m", module, *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=variables,
            check=True,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise DriverFailed(f"stopped after {seconds:.0f} s") from error
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:] or ["no message"]
        raise DriverFailed(f"exit code {error.returncode}: {last[0]}") from error
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
