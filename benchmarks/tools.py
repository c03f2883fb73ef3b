"""Who is compared: molpipe, and the two fastest open peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import PeerUnavailable, python_of
from benchmarks.measurement import Measurement
from benchmarks.processes import OUR_PYTHON, ask


@dataclass(frozen=True)
class Tool:
    """A driver with its arguments; ``environment`` is None for molpipe's own."""

    name: str
    title: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: str | None = None

    def measure(self, molecule: str, *, python: Path, seconds: float) -> Measurement:
        """One repetition in a fresh process."""
        arguments = [molecule, *self.arguments]
        return Measurement.from_json(ask(self.module, arguments, python=python, seconds=seconds))


OURS = Tool("molpipe", "molpipe", "benchmarks.drivers.ours")
PEERS = (
    Tool("mqchem", "mqchem", "benchmarks.peers.mqchem", (), "mqchem"),
    *(
        Tool(
            f"tencirchem-{start}",
            f"TenCirChem-NG ({start.upper()})",
            "benchmarks.peers.tencirchem",
            ("--start", start),
            "tencirchem",
        )
        for start in ("mp2", "ccsd")
    ),
)


def interpreters(tools: Sequence[Tool]) -> tuple[dict[Tool, Path], dict[str, str]]:
    """The interpreter of each tool that can be installed, and why others cannot."""
    found: dict[Tool, Path] = {}
    missing: dict[str, str] = {}
    for tool in tools:
        if tool.environment in missing:
            continue
        try:
            found[tool] = python_of(tool.environment) if tool.environment else OUR_PYTHON
        except PeerUnavailable as error:
            missing[tool.environment or tool.name] = str(error)
    return found, missing
