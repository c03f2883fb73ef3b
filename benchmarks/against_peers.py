"""Peers and molpipe in turn on the same molecules; run by ``python -m benchmarks``."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Sequence

from benchmarks.comparison import Comparison
from benchmarks.measurement import Measurement
from benchmarks.processes import DriverFailed
from benchmarks.tools import OURS, PEERS, Tool, interpreters


def compare(
    molecules: Sequence[str], *, repeat: int, peers_once: Collection[str], seconds: float
) -> Comparison:
    """Measure every tool ``repeat`` times on each molecule, tools taking turns.

    Peers get the molecules ``peers_once`` a single time. A tool that fails on a molecule is
    not asked again for it; ``seconds`` is the limit of one process.
    """
    pythons, missing = interpreters((*PEERS, OURS))
    samples: dict[tuple[str, str], list[Measurement]] = defaultdict(list)
    failures = {(peer, "every molecule"): f"not installed: {why}" for peer, why in missing.items()}
    for molecule in molecules:
        for turn in range(repeat):
            for tool in _turn(tuple(pythons), turn, only_ours=molecule in peers_once):
                if (tool.name, molecule) in failures:
                    continue
                try:
                    found = tool.measure(molecule, python=pythons[tool], seconds=seconds)
                except DriverFailed as error:
                    failures[tool.name, molecule] = str(error)
                    continue
                samples[tool.name, molecule].append(found)
                _tell(found, turn + 1)
    peers = tuple(tool.name for tool in pythons if tool is not OURS)
    return Comparison(dict(samples), failures, tuple(molecules), peers)


def _turn(tools: tuple[Tool, ...], turn: int, *, only_ours: bool) -> tuple[Tool, ...]:
    """Who runs in this turn, in an order in which everybody is first once."""
    if turn and only_ours:
        return (OURS,)
    start = turn % len(tools)
    return tools[start:] + tools[:start]


def _tell(found: Measurement, turn: int) -> None:
    text = (
        f"{found.molecule:6} {found.tool:16} turn {turn}: {found.seconds:9.4f} s to 1e-6 Ha, "
        f"{found.per_evaluation * 1e3:9.3f} ms per energy and gradient"
    )
    print(text, file=sys.stderr, flush=True)
