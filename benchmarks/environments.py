"""A virtual environment for each peer: peers are measured, never depended on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / ".envs"
PINS = HERE / "peers"
SECONDS = 1800


class PeerUnavailable(Exception):
    """A peer that cannot be installed; the message is the installer's."""


def python_of(peer: str) -> Path:
    """The interpreter of ``peer``'s environment, made or remade where its pins changed.

    Raises:
        PeerUnavailable: the installation failed.
    """
    pins, folder = PINS / f"{peer}.txt", FOLDER / peer
    python, installed = folder / "bin" / "python", folder / "installed.txt"
    if installed.exists() and installed.read_text() == pins.read_text():
        return python
    print(f"installing {peer} into {folder.relative_to(HERE.parent)}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    _run([str(python), "-m", "pip", "install", "--quiet", "--requirement", str(pins)])
    shutil.copyfile(pins, installed)
    return python


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.startswith("ERROR")]
        raise PeerUnavailable(said[-1] if said else error.stderr.strip()[-300:]) from error
    except (subprocess.TimeoutExpired, OSError) as error:
        raise PeerUnavailable(str(error)) from error
