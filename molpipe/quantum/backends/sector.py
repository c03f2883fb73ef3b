"""The default backend: the compiled sector engine with adjoint gradients."""

from __future__ import annotations

import numpy as np

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import Ansatz
from molpipe.quantum.sector.hamiltonian import SectorHamiltonian, s_squared
from molpipe.quantum.sector.program import compile_program
from molpipe.quantum.sector.strings import FloatArray


class SectorBackend:
    """One energy and its full gradient cost one Hamiltonian application and three sweeps."""

    name = "sector"

    def __init__(self, problem: ActiveSpaceProblem, ansatz: Ansatz) -> None:
        self._ansatz = ansatz
        self._program = compile_program(problem.n_orbitals, problem.nelec, ansatz.excitations)
        self._hamiltonian = SectorHamiltonian(problem)

    def state(self, parameters: FloatArray) -> FloatArray:
        """The sector vector (alpha strings, beta strings) of the circuit."""
        vector = np.zeros(self._program.shape)
        vector[0, 0] = 1.0
        self._program.apply(vector, self._ansatz.angles(parameters))
        return vector

    def energy(self, parameters: FloatArray) -> float:
        """<H> [Ha]."""
        return self._hamiltonian.expectation(self.state(parameters))

    def energy_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """<H> [Ha] and its gradient (n,) by the adjoint method (10.48550/arXiv.2009.02823)."""
        ket = self.state(parameters)
        bra = self._hamiltonian.apply(ket)
        energy = float(np.vdot(ket, bra)) + self._hamiltonian.core_energy
        overlaps = self._program.unapply(ket, bra, self._ansatz.angles(parameters))
        return energy, 2.0 * self._ansatz.gradient(overlaps)

    def s2(self, parameters: FloatArray) -> float:
        """<S^2>."""
        vector = self.state(parameters)
        return s_squared(vector, n_orbitals=self._program.n_orbitals, nelec=self._program.nelec)


def sector_backend(
    problem: ActiveSpaceProblem, ansatz: Ansatz, settings: Settings
) -> SectorBackend:
    """The sector engine; no setting changes what it computes."""
    del settings
    return SectorBackend(problem, ansatz)
