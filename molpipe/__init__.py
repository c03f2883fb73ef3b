"""molpipe: batches of molecules in, an honest quantum-classical comparison out.

Names resolve when they are first used, so that ``import molpipe`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "run": "molpipe.api.running",
    "run_molecule": "molpipe.api.running",
    "compare": "molpipe.api.comparing",
    "reproduce": "molpipe.api.comparing",
    "scan": "molpipe.api.scanning",
    "load_results": "molpipe.api.stored",
    "reopen": "molpipe.api.stored",
    "export": "molpipe.api.stored",
    "curves_of": "molpipe.analysis.curves",
    "Settings": "molpipe.model.settings",
    "read_batch": "molpipe.chem.intake",
    "embed": "molpipe.stages",
    "build_problem": "molpipe.stages",
    "reference_energies": "molpipe.stages",
    "build_ansatz": "molpipe.quantum.ansatz",
    "minimise": "molpipe.stages",
    "judge": "molpipe.analysis.compare",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'molpipe' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
