"""Cirq JSON: a circuit with its fermionic gates as they are, free parameters included.

A circuit that was written out in qubit gates before (:func:`molpipe.quantum.gates.decomposed`)
makes a file that ``cirq.read_json`` reads where there is no molpipe.
"""

from __future__ import annotations

from pathlib import Path

import cirq

from molpipe.errors import CorruptRecord
from molpipe.files import write_text
from molpipe.quantum.gates import json_resolver


def write(circuit: cirq.Circuit, path: Path) -> None:
    """Write ``circuit`` to ``path``.

    Raises:
        OSError: the folder cannot be written.
    """
    write_text(path, f"{cirq.to_json(circuit)}\n")


def read(path: Path) -> cirq.Circuit:
    """The circuit that :func:`write` wrote.

    Raises:
        CorruptRecord: the file is no circuit in Cirq JSON.
        OSError: the file cannot be read.
    """
    resolvers = [json_resolver, *cirq.DEFAULT_RESOLVERS]
    try:
        found = cirq.read_json(json_text=path.read_text(encoding="utf-8"), resolvers=resolvers)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _corrupt(path, str(error)) from error
    if not isinstance(found, cirq.Circuit):
        raise _corrupt(path, f"it holds a {type(found).__name__}")
    return found


def _corrupt(path: Path, reason: str) -> CorruptRecord:
    return CorruptRecord(
        f"{path} is no circuit in Cirq JSON ({reason})", hint="write the circuit again"
    )
