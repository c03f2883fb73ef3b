"""What each stage will probably hold in memory, asked before it begins.

Each estimate takes the arguments of its stage and gives resident memory [GB, 1e9 bytes]. It
errs high, mostly by less than a factor of two, and calls no engine: before the mean field, a
molecule is its elements and the name of a basis set. The bytes behind each power were fitted
to peaks measured with PySCF 2.14, from H2 to naphthalene/6-31G* (156 functions).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import comb
from typing import Final

from molpipe.analysis.basis_size import n_functions
from molpipe.model.molecule import Geometry, MoleculeRecord
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies, VQEResult
from molpipe.model.series import SeriesPoint
from molpipe.model.settings import Settings

LIBRARIES_GB: Final = 0.4
"""Of a process that has imported every engine and calculates nothing."""

_INTEGRALS: Final = 1.7
"""Bytes for each n^4, n basis functions: all two-electron integrals, and what is made of them."""

_SECOND_SET: Final = 1.7
"""The same once more where unrestricted orbitals stand beside the restricted ones."""

_NEVPT2: Final = (2.2, 60.0)
"""Bytes for each n^4, and for each n^6 of active orbitals, the densities of their state."""

_CLUSTER: Final = (2.0, 64.0)
_CLUSTER_BY_SPIN: Final = (50.0, 120.0)
"""Bytes for each v^4 and each o v^3 of CCSD(T), o occupied and v empty orbitals."""

_AFFORDABLE: Final = 4.4e9
_AFFORDABLE_BY_SPIN: Final = 1.5e9
"""Operations of a CCSD iteration above which ``auto`` leaves empty orbitals out."""

_CASCI_VECTORS: Final = 40
_MAX_CASCI: Final = 2_000_000
"""Vectors that a diagonalisation keeps, and their length above which there is none."""

_VQE_VECTORS: Final = 5
"""State vectors that a simulator holds at once."""

_REFINED_ATOMS: Final = 8
"""``auto`` refines no larger molecule."""

_MAX_FUNCTIONS: Final = 300
"""A larger molecule is refused before its integrals are made."""


def of_geometry(molecule: MoleculeRecord, settings: Settings) -> float:
    """Of an embedding and its refinement."""
    symbols, refine = _symbols(molecule.formula), settings.conformer.refine
    refined = refine in ("hf", "dft") or (refine == "auto" and len(symbols) <= _REFINED_ATOMS)
    if molecule.geometry is not None or not refined:
        return LIBRARIES_GB
    return _with_libraries(_mean_field(symbols, settings))


def of_problem(
    geometry: Geometry, settings: Settings, neighbour: ActiveSpaceProblem | None = None
) -> float:
    """Of Hartree-Fock, MP2 and the active space."""
    del neighbour
    return _with_libraries(_mean_field(geometry.symbols, settings))


def of_references(problem: ActiveSpaceProblem, settings: Settings) -> float:
    """Of the classical methods, inside the active space and around it."""
    sets = _INTEGRALS + (_SECOND_SET if _by_spin(problem) else 0.0)
    around = sets * _n_orbitals(problem) ** 4 + _coupled_cluster(problem, settings)
    return _with_libraries(max(_casci(problem), around))


def of_vqe(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    settings: Settings,
    seconds: float = float("inf"),
    neighbour: SeriesPoint | None = None,
) -> float:
    """Of the optimisation of the circuit, by the length of its state."""
    del references, seconds, neighbour
    return _with_libraries(_circuit(problem, settings))


def of_second_order(
    problem: ActiveSpaceProblem,
    references: ReferenceEnergies,
    vqe: VQEResult,
    settings: Settings,
) -> float:
    """Of NEVPT2, for which the states of CASCI and VQE are made again."""
    del references, vqe
    quartic, sixth = _NEVPT2
    around = quartic * _n_orbitals(problem) ** 4 + sixth * problem.n_orbitals**6
    return _with_libraries(max(_casci(problem), _circuit(problem, settings), around))


def of_baseline(geometry: Geometry, settings: Settings) -> float:
    """Of density-functional theory."""
    return of_problem(geometry, settings)


def _mean_field(symbols: Iterable[str], settings: Settings) -> float:
    n = min(n_functions(symbols, settings.basis), _MAX_FUNCTIONS)
    return _INTEGRALS * n**4


def _coupled_cluster(problem: ActiveSpaceProblem, settings: Settings) -> float:
    """Bytes of CCSD(T) in all orbitals that ``full_space`` would let it have."""
    if settings.full_space in ("none", "mp2"):
        return 0.0
    by_spin = _by_spin(problem)
    alpha, beta = problem.mean_field.nelec
    o, v = alpha - problem.n_frozen_core, _n_orbitals(problem) - beta
    if settings.full_space == "auto":
        budget = _AFFORDABLE_BY_SPIN if by_spin else _AFFORDABLE
        while o**2 * v**4 + 4 * o**3 * v**3 > budget:
            v -= 1
    quartic, cubic = _CLUSTER_BY_SPIN if by_spin else _CLUSTER
    return quartic * v**4 + cubic * o * v**3


def _casci(problem: ActiveSpaceProblem) -> float:
    n = _n_determinants(problem)
    return 8.0 * _CASCI_VECTORS * n if n <= _MAX_CASCI else 0.0


def _circuit(problem: ActiveSpaceProblem, settings: Settings) -> float:
    on_qubits = settings.backend != "sector"
    amplitudes = 2.0**problem.n_qubits if on_qubits else _n_determinants(problem)
    n_bytes = 16 if on_qubits or settings.ansatz == "lucj" else 8
    return _VQE_VECTORS * n_bytes * amplitudes


def _by_spin(problem: ActiveSpaceProblem) -> bool:
    """Whether some method has orbitals for each spin: open shells, and where RHF is unstable."""
    field = problem.mean_field
    unstable = field.stable_internal is False or field.stable_external is False
    return field.kind == "rohf" or field.followed_from is not None or unstable


def _n_orbitals(problem: ActiveSpaceProblem) -> int:
    return len(problem.mean_field.mo_occ)


def _n_determinants(problem: ActiveSpaceProblem) -> int:
    alpha, beta = (comb(problem.n_orbitals, n) for n in problem.nelec)
    return alpha * beta


def _symbols(formula: str) -> list[str]:
    """The element of each atom of a formula such as C2H6O or H4N+."""
    found = re.findall(r"([A-Z][a-z]?)(\d*)", formula)
    return [symbol for symbol, count in found for _ in range(int(count or 1))]


def _with_libraries(n_bytes: float) -> float:
    return LIBRARIES_GB + n_bytes / 1e9
