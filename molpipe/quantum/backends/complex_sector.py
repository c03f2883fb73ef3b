"""The sector engine with complex amplitudes, for circuits with phases."""

from __future__ import annotations

import numpy as np

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.ansatz.cluster_jastrow import JastrowAnsatz
from molpipe.quantum.orbital_rotation import ComplexArray
from molpipe.quantum.sector.complex_program import compile_complex_program
from molpipe.quantum.sector.hamiltonian import SectorHamiltonian, s_squared
from molpipe.quantum.sector.strings import FloatArray


class ComplexSectorBackend:
    """Energies and adjoint gradients; H and S^2 are real, so each part is taken by itself."""

    name = "sector"

    def __init__(self, problem: ActiveSpaceProblem, ansatz: JastrowAnsatz) -> None:
        self._ansatz = ansatz
        self._program = compile_complex_program(
            problem.n_orbitals, problem.nelec, ansatz.generators
        )
        self._hamiltonian = SectorHamiltonian(problem)

    def state(self, parameters: FloatArray) -> ComplexArray:
        """The sector vector (alpha strings, beta strings) of the circuit."""
        vector = self._program.reference()
        self._program.apply(vector, self._ansatz.angles(parameters))
        return vector

    def energy(self, parameters: FloatArray) -> float:
        """<H> [Ha]."""
        ket = self.state(parameters)
        return float(np.vdot(ket, self._image(ket)).real) + self._hamiltonian.core_energy

    def energy_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """<H> [Ha] and its gradient (n,) by the adjoint method (10.48550/arXiv.2009.02823)."""
        ket = self.state(parameters)
        bra = self._image(ket)
        energy = float(np.vdot(ket, bra).real) + self._hamiltonian.core_energy
        overlaps = self._program.unapply(ket, bra, self._ansatz.angles(parameters))
        return energy, 2.0 * self._ansatz.gradient(overlaps)

    def s2(self, parameters: FloatArray) -> float:
        """<S^2>."""
        n_orbitals, nelec = self._program.n_orbitals, self._program.nelec
        return sum(
            s_squared(part, n_orbitals=n_orbitals, nelec=nelec)
            for part in _parts(self.state(parameters))
        )

    def electron_deviation(self, parameters: FloatArray) -> float:
        """Zero: the sector holds nothing else."""
        del parameters
        return 0.0

    def _image(self, ket: ComplexArray) -> ComplexArray:
        """(H - core_energy) |ket> [Ha]."""
        real, imaginary = map(self._hamiltonian.apply, _parts(ket))
        return real + 1j * imaginary


def _parts(vector: ComplexArray) -> tuple[FloatArray, FloatArray]:
    return np.ascontiguousarray(vector.real), np.ascontiguousarray(vector.imag)
