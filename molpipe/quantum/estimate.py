"""What a VQE will need, before anything of its size is allocated."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from molpipe.errors import UnsupportedMolecule
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings
from molpipe.quantum.sector.layout import Sector, sector_shape
from molpipe.quantum.sector.symmetry import orbital_irreps

EVALUATIONS = 8
"""Energies with gradient that a UCCSD optimisation from CCSD amplitudes takes."""

SECONDS_PER_DETERMINANT = 1e-6
"""Of one energy with gradient on one core; measured between 0.5 and 1e-6 from 20 to 28 qubits."""

SECONDS_PER_AMPLITUDE_AND_GATE = 1e-8
"""Of one two-qubit gate on a dense state vector; a gradient runs thousands of gates."""

SYMMETRY_COUNTS = 1_000_000
"""Determinants below which the estimate does not look for symmetry."""

GIGABYTE = 1e9


@dataclass(frozen=True)
class Estimate:
    """Numbers in the state, resident bytes beyond the libraries, seconds of the optimisation."""

    amplitudes: int
    memory_gb: float
    seconds: float


def estimate(problem: ActiveSpaceProblem, settings: Settings) -> Estimate:
    """What the VQE of a problem needs, to a factor of about two in memory and three in time."""
    if settings.backend == "sector":
        return _sector(problem)
    amplitudes = 2**problem.n_qubits
    gates = 40 * comb(problem.n_orbitals, 2) ** 2
    runs = EVALUATIONS * 4 * gates / 40
    seconds = runs * gates * amplitudes * SECONDS_PER_AMPLITUDE_AND_GATE
    return Estimate(amplitudes, 5 * 16 * amplitudes / GIGABYTE, seconds)


def require_resources(problem: ActiveSpaceProblem, settings: Settings) -> None:
    """Refuse a VQE that does not fit the limits of its molecule.

    Raises:
        UnsupportedMolecule: TOO_LARGE, with the numbers.
    """
    need, limits = estimate(problem, settings), settings.limits
    if need.memory_gb <= limits.memory_gb and need.seconds <= limits.seconds:
        return
    raise UnsupportedMolecule(
        f"{problem.n_qubits} qubits mean {need.amplitudes:,} amplitudes on the {settings.backend} "
        f"backend: about {need.memory_gb:.3g} GB and {need.seconds:.2g} s, "
        f"the limits are {limits.memory_gb:g} GB and {limits.seconds:g} s",
        code="TOO_LARGE",
        hint="choose a smaller active space, or raise limits.memory_gb and limits.seconds",
    )


def _sector(problem: ActiveSpaceProblem) -> Estimate:
    n_alpha, n_beta = sector_shape(problem.n_orbitals, problem.nelec)
    full = n_alpha * n_beta
    determinants = full
    if full > SYMMETRY_COUNTS:
        labels = orbital_irreps(problem.one_body, problem.two_body)
        determinants = Sector(problem.n_orbitals, problem.nelec, labels).size
    links = 16 * problem.n_orbitals**2 * (n_alpha + n_beta)
    memory = 8 * 4 * determinants + links
    seconds = EVALUATIONS * SECONDS_PER_DETERMINANT * determinants
    return Estimate(determinants, memory / GIGABYTE, seconds)
