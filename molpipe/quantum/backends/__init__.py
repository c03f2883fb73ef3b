"""Backends by name: what turns parameters into energies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz import VariationalCircuit
from molpipe.quantum.sector.strings import FloatArray


class Backend(Protocol):
    """Energies [Ha], exact gradients [Ha] and <S^2> of one circuit and one Hamiltonian."""

    name: str

    def energy(self, parameters: FloatArray) -> float:
        """<H> [Ha] at ``parameters`` (n,)."""

    def energy_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """<H> [Ha] and its derivatives (n,)."""

    def s2(self, parameters: FloatArray) -> float:
        """<S^2> at ``parameters``."""

    def electron_deviation(self, parameters: FloatArray) -> float:
        """<(N_alpha - n_alpha)^2 + (N_beta - n_beta)^2>: zero where the numbers are right."""


BackendBuilder = Callable[[ActiveSpaceProblem, VariationalCircuit, Settings], Backend]
"""Makes a backend ready for one problem and one ansatz."""


def backend_builder(name: str) -> BackendBuilder:
    """What builds the backend ``name``; its libraries are imported here, not while it runs."""
    if name == "sector":
        from molpipe.quantum.backends.sector import sector_backend  # noqa: PLC0415

        return sector_backend
    from molpipe.quantum.backends.qubits import qubit_backend  # noqa: PLC0415

    return qubit_backend
