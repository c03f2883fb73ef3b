"""The default backend: the compiled sector engine with adjoint gradients."""

from __future__ import annotations

import numpy as np

from molpipe.errors import InvalidSettings
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import Ansatz, VariationalCircuit
from molpipe.quantum.ansatz.cluster_jastrow import JastrowAnsatz
from molpipe.quantum.backends.complex_sector import ComplexSectorBackend
from molpipe.quantum.sector.hamiltonian import SectorHamiltonian
from molpipe.quantum.sector.layout import Sector, no_symmetry, sector_shape
from molpipe.quantum.sector.program import compile_program
from molpipe.quantum.sector.spin import s_squared
from molpipe.quantum.sector.strings import FloatArray, IntArray
from molpipe.quantum.sector.symmetry import orbital_irreps

SYMMETRY_PAYS = 2000
"""Determinants from which on the work that symmetry saves outweighs its tables."""

THREADS_PAY = 100_000
"""Determinants from which on several threads finish a gate sooner than one."""


class SectorBackend:
    """One energy and its full gradient cost one Hamiltonian application and three sweeps."""

    name = "sector"

    def __init__(self, problem: ActiveSpaceProblem, ansatz: Ansatz, *, threads: int = 1) -> None:
        self._ansatz = ansatz
        self._sector = Sector(problem.n_orbitals, problem.nelec, _labels(problem, ansatz))
        shared = threads if self._sector.size >= THREADS_PAY else 1
        self._program = compile_program(self._sector, ansatz.table, threads=shared)
        self._hamiltonian = SectorHamiltonian(problem, self._sector)

    def state(self, parameters: FloatArray) -> FloatArray:
        """The state of the circuit as a full array (alpha strings, beta strings)."""
        return self._sector.unfold(self._run(parameters))

    def energy(self, parameters: FloatArray) -> float:
        """<H> [Ha]."""
        return self._hamiltonian.expectation(self._run(parameters))

    def energy_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """<H> [Ha] and its gradient (n,) by the adjoint method (10.48550/arXiv.2009.02823)."""
        ket = self._run(parameters)
        bra = self._hamiltonian.apply(ket)
        energy = float(np.vdot(ket, bra)) + self._hamiltonian.core_energy
        overlaps = self._program.unapply(ket, bra, self._ansatz.angles(parameters))
        return energy, 2.0 * self._ansatz.gradient(overlaps)

    def s2(self, parameters: FloatArray) -> float:
        """<S^2>."""
        return s_squared(self._run(parameters), self._sector)

    def electron_deviation(self, parameters: FloatArray) -> float:
        """Zero: the sector holds nothing else."""
        del parameters
        return 0.0

    def _run(self, parameters: FloatArray) -> FloatArray:
        vector = self._sector.reference()
        self._program.apply(vector, self._ansatz.angles(parameters))
        return vector


def _labels(problem: ActiveSpaceProblem, ansatz: Ansatz) -> IntArray:
    """Irreps of the orbitals; none in a small sector, or where the circuit breaks the symmetry."""
    n_alpha, n_beta = sector_shape(problem.n_orbitals, problem.nelec)
    if n_alpha * n_beta < SYMMETRY_PAYS:
        return no_symmetry(problem.n_orbitals)
    labels = orbital_irreps(problem.one_body, problem.two_body)
    return no_symmetry(problem.n_orbitals) if ansatz.table.irreps(labels).any() else labels


def sector_backend(
    problem: ActiveSpaceProblem, ansatz: VariationalCircuit, settings: Settings
) -> SectorBackend | ComplexSectorBackend:
    """The sector engine, with complex amplitudes where the ansatz has phases.

    Raises:
        InvalidSettings: the ansatz leaves the sector.
    """
    if isinstance(ansatz, JastrowAnsatz):
        return ComplexSectorBackend(problem, ansatz)
    if isinstance(ansatz, Ansatz):
        return SectorBackend(problem, ansatz, threads=settings.limits.threads)
    raise InvalidSettings(
        f"ansatz = {settings.ansatz!r} leaves the particle-number sector",
        hint="use backend=cirq or backend=qsim",
    )
