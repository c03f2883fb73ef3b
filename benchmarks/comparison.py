"""Medians over the repetitions, and ratios between tools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import geometric_mean, median

from benchmarks.measurement import Measurement
from benchmarks.tools import OURS

SAME_PROBLEM = 1e-7
"""Largest difference [Ha] between the Hartree-Fock energies of two tools."""


@dataclass(frozen=True)
class Comparison:
    """All repetitions by tool and molecule, and why the missing ones are missing."""

    samples: dict[tuple[str, str], list[Measurement]]
    failures: dict[tuple[str, str], str]
    molecules: tuple[str, ...]
    peers: tuple[str, ...]

    def get(
        self, tool: str, molecule: str, quantity: Callable[[Measurement], float]
    ) -> float | None:
        """Median of a quantity, or None where there is no measurement."""
        found = self.samples.get((tool, molecule))
        return median(map(quantity, found)) if found else None

    def ours(self, molecule: str, quantity: Callable[[Measurement], float]) -> float | None:
        """Our own median."""
        return self.get(OURS.name, molecule, quantity)

    def best_peer(self, molecule: str, quantity: Callable[[Measurement], float]) -> float | None:
        """The smallest median among the peers."""
        values = [self.get(peer, molecule, quantity) for peer in self.peers]
        return min((v for v in values if v is not None), default=None)

    def speedup(self, molecule: str, quantity: Callable[[Measurement], float]) -> float | None:
        """The best peer's median over ours."""
        best, ours = self.best_peer(molecule, quantity), self.ours(molecule, quantity)
        return best / ours if best is not None and ours else None

    def speedups(self, quantity: Callable[[Measurement], float]) -> dict[str, float]:
        """The speed-ups of all molecules that have one."""
        found = {m: self.speedup(m, quantity) for m in self.molecules}
        return {molecule: ratio for molecule, ratio in found.items() if ratio is not None}

    def exact(self, molecule: str) -> float | None:
        """FCI energy [Ha]."""
        found = self.samples.get((OURS.name, molecule), [])
        return found[0].exact if found else None

    def error(self, tool: str, molecule: str) -> float | None:
        """The tool's own optimum above FCI [Ha]."""
        optimum, exact = self.get(tool, molecule, lambda m: m.optimum), self.exact(molecule)
        return None if optimum is None or exact is None else optimum - exact

    def best_error(self, molecule: str) -> float | None:
        """The smallest error among the peers [Ha]."""
        errors = [self.error(peer, molecule) for peer in self.peers]
        return min((e for e in errors if e is not None), default=None)

    def excess(self, molecule: str) -> float | None:
        """Our error over the smallest one among the peers [Ha]."""
        ours, best = self.error(OURS.name, molecule), self.best_error(molecule)
        return None if ours is None or best is None else ours - best

    def over_limit(self, molecule: str) -> float | None:
        """Our energy and gradient over one contraction of the same process."""
        return self.ours(molecule, lambda m: m.per_evaluation / contraction(m))

    def different_problems(self) -> list[str]:
        """Molecules for which the tools did not start from the same Hartree-Fock energy."""
        return [m for m in self.molecules if _spread(self._scf_energies(m)) > SAME_PROBLEM]

    def versions(self) -> dict[str, dict[str, str]]:
        """Package versions by tool."""
        return {tool: runs[0].versions for (tool, _), runs in self.samples.items() if runs}

    def _scf_energies(self, molecule: str) -> list[float]:
        return [
            m.scf_energy for (_, n), runs in self.samples.items() if n == molecule for m in runs
        ]


def contraction(measurement: Measurement) -> float:
    """Processor time [s] of one ``contract_2e``, which molpipe's driver always measures."""
    assert measurement.contraction is not None
    return measurement.contraction


def mean_ratio(ratios: Sequence[float]) -> float | None:
    """Geometric mean, or None of nothing."""
    return geometric_mean(ratios) if ratios else None


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values) if values else 0.0
