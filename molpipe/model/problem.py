"""The Hamiltonian that every method of a row starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from molpipe.model.arrays import FloatArray, frozen_array
from molpipe.model.molecule import Geometry
from molpipe.model.solvents import Solvent


@dataclass(frozen=True, kw_only=True, eq=False)
class ReactionField:
    """The frozen field of a polarised continuum: the electrostatic part of solvation.

    ``potential`` (n_ao, n_ao) [Ha] belongs to the one-electron Hamiltonian and ``constant``
    [Ha] to the energy; together they give a state of the density that made the field the
    energy of the continuum around it. ``source`` is the method of that density.
    """

    solvent: Solvent
    source: Literal["hartree-fock", "casci"]
    constant: float
    potential: FloatArray

    def __post_init__(self) -> None:
        n_ao = np.shape(self.potential)[0]
        object.__setattr__(
            self, "potential", frozen_array("potential", self.potential, (n_ao, n_ao))
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class MeanField:
    """A converged restricted Hartree-Fock solution in the atomic-orbital basis.

    ``energy`` [Ha] includes nuclear repulsion. ``mo_coeff`` is (n_ao, n_mo), columns are
    molecular orbitals by rising ``mo_energy`` [Ha] within each occupation;
    ``mo_occ`` is 2, 1 or 0. ``stable_internal`` and ``stable_external`` are None where the
    question was not asked. ``solutions`` are the energies [Ha] of all restricted solutions
    that were met, highest first and this one last; ``followed_from`` is the first of them
    where there are several. ``seconds`` is the wall time of the SCF [s]. ``reaction_field``
    is the solvent that the solution was found in; ``energy`` includes it.
    """

    kind: Literal["rhf", "rohf"]
    basis: str
    ecp: str | None
    energy: float
    mo_coeff: FloatArray
    mo_energy: FloatArray
    mo_occ: FloatArray
    stable_internal: bool | None
    stable_external: bool | None
    followed_from: float | None
    seconds: float
    solutions: tuple[float, ...] = ()
    reaction_field: ReactionField | None = None

    def __post_init__(self) -> None:
        n_mo = np.shape(self.mo_coeff)[1]
        for name, shape in (
            ("mo_coeff", (None, n_mo)),
            ("mo_energy", (n_mo,)),
            ("mo_occ", (n_mo,)),
        ):
            object.__setattr__(self, name, frozen_array(name, getattr(self, name), shape))

    @property
    def nelec(self) -> tuple[int, int]:
        """Alpha and beta electrons outside any effective core potential."""
        return int((self.mo_occ > 0).sum()), int((self.mo_occ > 1).sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class ActiveSpaceProblem:
    """The electronic Hamiltonian in an active space, and where it came from.

    H = core_energy + sum_pq one_body[p,q] E_pq
        + 1/2 sum_pqrs two_body[p,q,r,s] (E_pq E_rs - delta_qr E_ps),

    p, q, r, s active orbitals, ``two_body`` in chemist order (pq|rs). Energies and
    integrals are in hartree; ``core_energy`` holds nuclear repulsion and the inactive
    electrons. Orbitals stand doubly occupied first, then singly occupied, then empty,
    and are semicanonical within each of these blocks; ``orbital_energies`` [Ha] are the
    diagonal of the (spin-averaged) Fock matrix and ``occupations`` the natural
    occupations of the orbitals that span the space, (n,) each.
    ``orbital_coeff`` is (n_ao, n), ``inactive_coeff`` (n_ao, n_inactive) the doubly occupied
    orbitals outside the space, the frozen core first. ``n_frozen_core`` counts the chemical core,
    ``n_inactive`` all doubly occupied orbitals outside the space, core included. In a solvent
    ``field_response`` [Ha] is what its frozen field would gain by following the CASCI density.
    At a point of a series ``neighbour_overlap`` (n, n) is the overlap of the active orbitals of
    the point that it follows, moved along with their atoms (rows), with its own (columns).
    """

    SCHEMA_VERSION: ClassVar[int] = 2

    geometry: Geometry
    mean_field: MeanField
    n_frozen_core: int
    n_inactive: int
    nelec: tuple[int, int]
    core_energy: float
    one_body: FloatArray
    two_body: FloatArray
    orbital_coeff: FloatArray
    orbital_energies: FloatArray
    occupations: FloatArray
    orbitals: str
    selection_reason: str
    inactive_coeff: FloatArray | None = None
    field_response: float | None = None
    neighbour_overlap: FloatArray | None = None

    def __post_init__(self) -> None:
        n = np.shape(self.one_body)[0]
        for name, shape in (
            ("one_body", (n, n)),
            ("two_body", (n, n, n, n)),
            ("orbital_coeff", (None, n)),
            ("orbital_energies", (n,)),
            ("occupations", (n,)),
        ):
            object.__setattr__(self, name, frozen_array(name, getattr(self, name), shape))
        if self.inactive_coeff is not None:
            inactive = frozen_array("inactive_coeff", self.inactive_coeff, (None, self.n_inactive))
            object.__setattr__(self, "inactive_coeff", inactive)
        if self.neighbour_overlap is not None:
            overlap = frozen_array("neighbour_overlap", self.neighbour_overlap, (n, n))
            object.__setattr__(self, "neighbour_overlap", overlap)
        alpha, beta = self.nelec
        if not 0 <= beta <= alpha <= n:
            raise ValueError(f"nelec {self.nelec} does not fit {n} orbitals")

    @property
    def n_orbitals(self) -> int:
        """Active spatial orbitals."""
        return int(self.one_body.shape[0])

    @property
    def n_qubits(self) -> int:
        """Qubits before tapering: two spin orbitals for each spatial one."""
        return 2 * self.n_orbitals

    @property
    def s2(self) -> float:
        """S(S+1) of the requested multiplicity."""
        spin = (self.geometry.multiplicity - 1) / 2
        return spin * (spin + 1)

    @property
    def hf_energy(self) -> float:
        """Energy [Ha] of the reference determinant of this Hamiltonian.

        It equals ``mean_field.energy`` wherever the space keeps the Hartree-Fock determinant.
        Orbitals that mix occupied and empty ones (``uhf-natural``, ``casscf``) do not; then it is
        that of Hartree-Fock within the space, above doubly occupied ``inactive_coeff``.
        """
        alpha, beta = self.nelec
        coulomb = np.einsum("ppqq->pq", self.two_body)
        exchange = np.einsum("pqqp->pq", self.two_body)
        one = np.diag(self.one_body)
        energy = self.core_energy + one[:alpha].sum() + one[:beta].sum()
        same = coulomb - exchange
        energy += 0.5 * (same[:alpha, :alpha].sum() + same[:beta, :beta].sum())
        return float(energy + coulomb[:alpha, :beta].sum())
