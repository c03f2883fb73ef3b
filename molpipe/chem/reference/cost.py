"""What a classical method would cost, asked before it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self

from molpipe.chem.reference.correlation import Cluster, coupled_cluster
from molpipe.model.problem import MeanField
from molpipe.model.results import EnergyValue

Method = Literal["mp2", "ccsd", "ccsd_t"]

_METHODS: Final = ("none", "mp2", "ccsd", "ccsd_t")
"""What ``full_space`` may ask for, each with everything before it."""

_NAMES: Final[Mapping[Method, str]] = {"mp2": "MP2", "ccsd": "CCSD", "ccsd_t": "(T)"}

_CYCLES: Final = 60
_ITERATIONS: Final = 15
_MP2_RATE: Final = 1.5e9
_CCSD_RATE: Final = 3.3e9
_TRIPLES_RATE: Final = 1e10
"""Operations a second on one core, measured with PySCF 2.14 from water to benzene/6-31G*."""

_OPEN_SHELL: Final = (3.0, 3.0, 15.0)
"""How much more MP2, CCSD and (T) cost with orbitals for each spin (O2/cc-pVTZ)."""

BUDGET_SECONDS: Final = 20.0
"""What ``auto`` spends on CCSD of one kind, and once more on (T), by estimate."""

MP2_BUDGET_SECONDS: Final = 120.0
"""What ``auto`` spends on MP2, below which there is nothing in all orbitals."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Estimated seconds on one core, good to a factor of three."""

    mp2: float
    ccsd: float
    triples: float

    @property
    def affordable(self) -> bool:
        """Whether ``auto`` would compute CCSD(T)."""
        return max(self.ccsd, self.triples) <= BUDGET_SECONDS

    @classmethod
    def of(cls, n_occupied: int, n_empty: int, *, by_spin: bool) -> Self:
        """From correlated occupied and empty orbitals; ``by_spin`` where spins have their own."""
        o, v = n_occupied, n_empty
        more = _OPEN_SHELL if by_spin else (1.0, 1.0, 1.0)
        return cls(
            mp2=more[0] * o * (o + v) ** 4 / _MP2_RATE,
            ccsd=more[1] * _ITERATIONS * (o**2 * v**4 + 4 * o**3 * v**3) / _CCSD_RATE,
            triples=more[2] * o**3 * v**4 / _TRIPLES_RATE,
        )


def full_space_cost(mean_field: MeanField, n_core: int, *, by_spin: bool = False) -> Cost:
    """The cost in all orbitals outside the frozen core; open shells have orbitals by spin."""
    alpha, beta = mean_field.nelec
    n_empty = len(mean_field.mo_occ) - beta
    return Cost.of(alpha - n_core, n_empty, by_spin=by_spin or alpha != beta)


def why_not(method: Method, wanted: str, seconds: float) -> EnergyValue | None:
    """Why a method is left out, with the numbers; None where it runs.

    What ``full_space`` names is computed at any price; ``auto`` pays up to its budget.
    """
    if wanted != "auto":
        asked = _METHODS.index(wanted) >= _METHODS.index(method)
        return None if asked else _not_asked(method)
    budget = MP2_BUDGET_SECONDS if method == "mp2" else BUDGET_SECONDS
    if seconds <= budget:
        return None
    return EnergyValue.missing(
        "too-expensive",
        f"{_NAMES[method]} would take about {seconds:.0f} s on one core, "
        f"auto spends {budget:.0f} s",
    )


def affordable_cluster(field: Any, cost: Cost, wanted: str, *, n_core: int) -> Cluster:
    """CCSD and CCSD(T) of a PySCF RHF or UHF object, as far as they are wanted and affordable."""
    no_ccsd = why_not("ccsd", wanted, cost.ccsd)
    if no_ccsd is not None:
        return Cluster(ccsd=no_ccsd, ccsd_t=no_ccsd if wanted == "auto" else _not_asked("ccsd_t"))
    no_triples = why_not("ccsd_t", wanted, cost.triples)
    found = coupled_cluster(field, n_core=n_core, triples=no_triples is None, cycles=_CYCLES)
    if no_triples is None or found.ccsd.good is None:
        return found
    return replace(found, ccsd_t=no_triples)


def _not_asked(method: Method) -> EnergyValue:
    return EnergyValue.missing("not-requested", f"full_space = {method} computes it")
