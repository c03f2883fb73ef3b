"""The methods along a curve: their labels, and their energies point by point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from molpipe.analysis.variants import HAMILTONIAN, apart, groups
from molpipe.model.curves import Energies
from molpipe.model.document import Row

Points = Sequence[Row | None]
"""The row at each coordinate of a curve, None where there is none."""

ACTIVE: Final[Mapping[str, str]] = {
    "hf": "HF",
    "mp2": "MP2",
    "ccsd": "CCSD",
    "ccsd_t": "CCSD(T)",
    "casci": "CASCI",
}
"""Classical methods in the active space: those that the judge can judge."""

FULL: Final[Mapping[str, str]] = {
    "hf": "HF",
    "mp2": "MP2",
    "ccsd": "CCSD",
    "ccsd_t": "CCSD(T)",
    "ccsd_t_fno": "CCSD(T), frozen natural orbitals",
    "hf_unrestricted": "HF, unrestricted",
    "ccsd_unrestricted": "CCSD, unrestricted",
    "ccsd_t_unrestricted": "CCSD(T), unrestricted",
    "dft": "DFT with dispersion",
}


def solved_points(rows: Sequence[Row], coordinates: Sequence[float]) -> dict[str, Points]:
    """The points of each VQE by its label: the ansatz, and whatever else tells it from others."""
    keys = [key for key in apart(rows) if key not in HAMILTONIAN]
    found: dict[str, Points] = {}
    for values, points in groups(rows, keys).items():
        others = [f"{k} {v}" for k, v in zip(keys, values, strict=True) if k != "ansatz"]
        ansatz = str(points[0].settings.get("ansatz", "")).upper()
        label = "-".join(filter(None, (ansatz, "VQE")))
        at = {row.coordinate: row for row in reversed(points)}
        found[f"{label} ({', '.join(others)})" if others else label] = [
            at.get(coordinate) for coordinate in coordinates
        ]
    return found


def judged_methods(solved: Mapping[str, Points], points: Points) -> dict[str, Energies]:
    """Energies [Ha] in the active space by label; methods that no point has are left out.

    Args:
        solved: the points of each VQE.
        points: an answered row at each coordinate.
    """
    classical = {label: read(points, "active", field) for field, label in ACTIVE.items()}
    circuits = {label: read(rows, "active", "vqe") for label, rows in solved.items()}
    return _found(classical | circuits)


def other_methods(solved: Mapping[str, Points], points: Points) -> dict[str, Energies]:
    """Energies [Ha] that hold correlation from outside the active space, by label."""
    second = {"NEVPT2": read(points, "active", "nevpt2")}
    second |= {f"{label}-NEVPT2": read(r, "active", "vqe_nevpt2") for label, r in solved.items()}
    full = {f"{label}, all orbitals": read(points, "full", field) for field, label in FULL.items()}
    return _found(second | full)


def read(points: Points, block: str, field: str) -> Energies:
    """Energies [Ha] of a method; only a VQE counts where it is not converged, as a bound."""
    values: list[float | None] = []
    for row in points:
        if row is None or row.energies is None:
            values.append(None)
            continue
        energy = getattr(getattr(row.energies, block), field)
        values.append(energy.value if field == "vqe" else energy.good)
    return tuple(values)


def _found(methods: Mapping[str, Energies]) -> dict[str, Energies]:
    return {label: e for label, e in methods.items() if any(value is not None for value in e)}
