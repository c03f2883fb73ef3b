"""Energies against the exact one of the same Hamiltonian: what the plots of errors draw."""

from __future__ import annotations

from molpipe.model.document import Row
from molpipe.units import mha


def exact(row: Row) -> float | None:
    """The CASCI energy [Ha], where it is exact for the state that VQE prepared."""
    if row.comparison is None or row.energies is None or row.comparison.solver.judge != "casci":
        return None
    return row.energies.active.casci.good


def vqe_error(row: Row) -> float | None:
    """VQE minus CASCI [mHa]."""
    return _above(row, row.energies.active.vqe.value if row.energies else None)


def ccsd_error(row: Row) -> float | None:
    """CCSD minus CASCI [mHa]."""
    return _above(row, row.energies.active.ccsd.good if row.energies else None)


def _above(row: Row, energy: float | None) -> float | None:
    zero = exact(row)
    return None if energy is None or zero is None else mha(energy - zero)
