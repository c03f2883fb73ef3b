"""What a result was computed with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = {
    "molpipe": "molpipe",
    "pyscf": "pyscf",
    "cirq": "cirq-core",
    "openfermion": "openfermion",
    "rdkit": "rdkit",
    "prefect": "prefect",
    "numpy": "numpy",
}


def versions() -> dict[str, str]:
    """Versions of molpipe, Python and the libraries that make the numbers, without imports."""
    return {name: _version(package) for name, package in _PACKAGES.items()} | {
        "python": platform.python_version()
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
