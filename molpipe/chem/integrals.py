"""The Hamiltonian of an active space, straight from PySCF's integrals."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyscf import ao2mo

from molpipe.chem.meanfield import fock_matrix
from molpipe.model.arrays import FloatArray


def active_integrals(
    space: Any, *, inactive: FloatArray, active: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Core energy, one- and two-electron integrals of an active space.

    Args:
        space: PySCF SCF object of the molecule that keeps the integrals.
        inactive: doubly occupied orbitals outside the space (n_ao, n_inactive).
        active: orbitals of the space (n_ao, n).

    Returns:
        core_energy [Ha]: nuclear repulsion and the energy of the inactive electrons;
        one_body (n, n) [Ha]: kinetic energy and the field of nuclei and inactive electrons;
        two_body (n, n, n, n) [Ha]: (pq|rs) in chemist order.
    """
    hcore = space.get_hcore()
    field, core_energy = hcore, float(space.energy_nuc())
    if inactive.shape[1]:
        density = 2 * inactive @ inactive.T
        field = fock_matrix(space, density)
        core_energy += 0.5 * float(np.einsum("pq,pq->", density, hcore + field))
    n = active.shape[1]
    source = space.mol if space._eri is None else space._eri
    two_body = ao2mo.restore(1, ao2mo.kernel(source, active), n).reshape(n, n, n, n)
    return core_energy, active.T @ field @ active, two_body
