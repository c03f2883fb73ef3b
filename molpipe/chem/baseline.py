"""The everyday alternative: density-functional theory with a dispersion correction.

Kohn-Sham in all orbitals and electrons, plus D3(BJ) (Grimme, Ehrlich and Goerigk 2011,
doi:10.1002/jcc.21759) or D4 (Caldeweyher et al. 2019, doi:10.1063/1.5090222). It stands in a
column of its own: a total energy of another Hamiltonian judges nothing.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from pyscf import dft, gto

from molpipe.chem.basis import build_molecule
from molpipe.chem.reference.correlation import FAILURES
from molpipe.model.corrections import Baseline
from molpipe.model.molecule import Geometry
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings

BUDGET_SECONDS: Final = 600.0
"""What a baseline may take, by estimate; past that it is left out though it was asked for."""

_GRID_POINTS: Final = 12_000
_CYCLES: Final = 10
_RATE: Final = 8e8
"""Grid points of an atom, iterations, and operations a second on one core, measured with PySCF
2.14 from water to benzene/6-31G*."""


def baseline_energy(geometry: Geometry, settings: Settings) -> Baseline:
    """The total energy [Ha] of the functional that ``settings.baseline`` names.

    Singlets are closed shells, everything else is spin-polarised. What does not converge,
    breaks down or costs too much is a status.
    """
    molecule = build_molecule(geometry, settings.basis, memory_gb=settings.limits.memory_gb)
    name, seconds = settings.baseline, estimate(molecule)
    if settings.continuum is not None:
        reason = "the baseline is for the gas phase"
        return Baseline(functional=name, energy=EnergyValue.missing("not-applicable", reason))
    if find_spec("pyscf.dispersion") is None:
        reason = "the extra is not installed: pip install molpipe[dispersion]"
        return Baseline(functional=name, energy=EnergyValue.missing("failed", reason))
    if seconds > BUDGET_SECONDS:
        reason = (
            f"{name} would take about {seconds:.0f} s on one core, "
            f"a baseline may take {BUDGET_SECONDS:.0f} s"
        )
        return Baseline(functional=name, energy=EnergyValue.missing("too-expensive", reason))
    return Baseline(functional=name, energy=_solve(molecule, name))


def estimate(molecule: gto.Mole) -> float:
    """Seconds on one core, good to a factor of three."""
    return float(molecule.natm * _GRID_POINTS * molecule.nao**2 * _CYCLES / _RATE)


def _solve(molecule: gto.Mole, name: str) -> EnergyValue:
    field = (dft.RKS if molecule.spin == 0 else dft.UKS)(molecule)
    field.xc, field.disp = name.rsplit("-", 1)
    try:
        field.kernel()
    except FAILURES as error:
        return EnergyValue.missing("failed", f"{name}: {type(error).__name__}: {error}")
    s2 = float(field.spin_square()[0])
    if field.converged:
        return EnergyValue.ok(field.e_tot, s2=s2)
    reason = f"{name} did not converge in {field.max_cycle} iterations"
    return EnergyValue(value=float(field.e_tot), status="unconverged", reason=reason, s2=s2)
