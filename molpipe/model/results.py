"""What the classical references and the VQE found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from molpipe.model.arrays import FloatArray, frozen_array

EnergyStatus = Literal[
    "ok", "unconverged", "not-requested", "too-expensive", "failed", "not-applicable"
]
VQEStatus = Literal["converged", "iteration-limit", "stalled", "time-limit"]
Flag = Literal["green", "amber", "red"]
Interest = Literal[
    "classical-suffices", "multireference-classically-exact", "beyond-classical", "unknown"
]


@dataclass(frozen=True, kw_only=True)
class EnergyValue:
    """A total energy [Ha], or the reason why there is none.

    ``s2`` is the expectation value of S^2 where the method has one.
    """

    value: float | None
    status: EnergyStatus
    reason: str | None = None
    s2: float | None = None

    def __post_init__(self) -> None:
        if (self.value is not None) != (self.status in ("ok", "unconverged")):
            raise ValueError(f"an energy with status {self.status!r} cannot be {self.value}")
        if self.value is not None and not np.isfinite(self.value):
            raise ValueError("an energy must be finite")

    @classmethod
    def ok(cls, value: float, *, s2: float | None = None) -> EnergyValue:
        """A converged energy [Ha]."""
        return cls(value=float(value), status="ok", s2=s2)

    @classmethod
    def missing(cls, status: EnergyStatus, reason: str) -> EnergyValue:
        """No energy, and why."""
        return cls(value=None, status=status, reason=reason)

    @property
    def good(self) -> float | None:
        """The energy [Ha] if it converged, else None."""
        return self.value if self.status == "ok" else None


@dataclass(frozen=True, kw_only=True)
class ActiveEnergies:
    """Classical energies inside the active space."""

    hf: EnergyValue
    mp2: EnergyValue
    ccsd: EnergyValue
    ccsd_t: EnergyValue
    casci: EnergyValue


_EARLIER = EnergyValue.missing("not-requested", "an earlier version did not compute it")


@dataclass(frozen=True, kw_only=True)
class FullEnergies:
    """Classical energies in all orbitals of the basis (frozen core where it is asked for).

    Unrestricted ones stand on one spin-broken determinant, whose <S^2> is that of
    ``hf_unrestricted``. ``ccsd_t_fno`` has frozen natural orbitals and an MP2 correction.
    """

    hf: EnergyValue
    mp2: EnergyValue
    ccsd: EnergyValue
    ccsd_t: EnergyValue
    ccsd_unrestricted: EnergyValue
    ccsd_t_unrestricted: EnergyValue
    hf_unrestricted: EnergyValue = _EARLIER
    ccsd_t_fno: EnergyValue = _EARLIER


@dataclass(frozen=True, kw_only=True, eq=False)
class Amplitudes:
    """Coupled-cluster amplitudes in the active orbitals, by spin.

    i, j count occupied and a, b empty orbitals of that spin from 0. ``t1a`` is (oa, va)
    and ``t1b`` (ob, vb), both [i, a]; ``t2aa`` (oa, oa, va, va), ``t2ab`` (oa, ob, va, vb)
    and ``t2bb`` (ob, ob, vb, vb), all [i, j, a, b].
    """

    t1a: FloatArray
    t1b: FloatArray
    t2aa: FloatArray
    t2ab: FloatArray
    t2bb: FloatArray

    def __post_init__(self) -> None:
        (oa, va), (ob, vb) = np.shape(self.t1a), np.shape(self.t1b)
        for name, shape in (
            ("t1a", (oa, va)),
            ("t1b", (ob, vb)),
            ("t2aa", (oa, oa, va, va)),
            ("t2ab", (oa, ob, va, vb)),
            ("t2bb", (ob, ob, vb, vb)),
        ):
            object.__setattr__(self, name, frozen_array(name, getattr(self, name), shape))


@dataclass(frozen=True, kw_only=True)
class Diagnostics:
    """How far single-reference coupled cluster can be believed for this molecule.

    ``space`` says in which space T1, D1, the largest T2 and the share of the triples were
    taken, ``sources`` from which calculation each number comes. ``natural_occupations`` are
    those of MP2, rising in deviation from the reference last.
    ``unrestricted_energy`` [Ha] and ``unrestricted_s2`` belong to the UHF solution below a
    restricted one; ``casscf_occupations`` were computed where the others disagree.
    """

    space: Literal["full", "active"]
    t1: float | None
    d1: float | None
    max_t2: float | None
    natural_occupations: tuple[float, ...]
    unrestricted_natural_occupations: tuple[float, ...] | None
    scf_stable_internal: bool | None
    scf_stable_external: bool | None
    triples_share: float | None
    may_ccsd_judge: bool
    flag: Flag
    reasons: tuple[str, ...]
    interest: Interest
    unrestricted_energy: float | None = None
    unrestricted_s2: float | None = None
    casscf_occupations: tuple[float, ...] | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class ReferenceEnergies:
    """All classical answers for one problem.

    ``sector_minimum`` [Ha] is the lowest eigenvalue with this number of alpha and beta
    electrons, whatever its spin: the variational bound of any VQE state. ``casci`` among
    the active energies is the lowest one of the requested spin. The amplitudes of
    MP2 and CCSD are those of the active space; CCSD's are None where it diverged.
    ``ccsd_seconds`` is the time that CCSD took in the active space.
    """

    SCHEMA_VERSION: ClassVar[int] = 2

    active: ActiveEnergies
    full: FullEnergies
    sector_minimum: float | None
    mp2_amplitudes: Amplitudes
    ccsd_amplitudes: Amplitudes | None
    diagnostics: Diagnostics
    casci_seconds: float | None
    ccsd_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class TracePoint:
    """One evaluation of the objective: energy [Ha] and norm of its gradient [Ha]."""

    evaluation: int
    energy: float
    gradient_norm: float


@dataclass(frozen=True, kw_only=True)
class CircuitCheck:
    """The final circuit, decomposed, run again on another simulator: energy [Ha]."""

    backend: str
    energy: float


@dataclass(frozen=True, kw_only=True, eq=False)
class VQEResult:
    """The end of a variational optimisation.

    ``energy`` and ``start_energy`` [Ha]; ``s2`` the expectation value of S^2;
    ``parameters`` (n,) in the order of the ansatz, dimensionless angles;
    ``gradient_norm`` [Ha] the Euclidean norm with respect to them. ``shots`` and
    ``stderr`` are None for exact expectation values. ``electron_deviation`` is
    <(N_alpha - n_alpha)^2 + (N_beta - n_beta)^2>, which only a circuit that leaves the sector
    can have.
    """

    SCHEMA_VERSION: ClassVar[int] = 1

    status: VQEStatus
    energy: float
    s2: float
    ansatz: str
    mapping: str
    backend: str
    optimizer: str
    start: str
    start_energy: float
    parameters: FloatArray
    gradient_norm: float
    n_evaluations: int
    shots: int | None
    stderr: float | None
    seed: int
    two_qubit_gates: int
    depth: int
    trace: tuple[TracePoint, ...]
    seconds: float
    electron_deviation: float = 0.0
    circuit_check: CircuitCheck | None = None
    circuit_check_seconds: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", frozen_array("parameters", self.parameters, (None,)))

    @property
    def n_parameters(self) -> int:
        """Free parameters of the ansatz."""
        return int(self.parameters.size)
