"""A row's stages with chosen energies: one problem, everything else by argument [Ha]."""

from __future__ import annotations

from dataclasses import replace

from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from tests.model import samples

HF = samples.PROBLEM.hf_energy
CASCI = HF - 0.050


def references(
    *, casci_s2: float = 0.0, may_ccsd_judge: bool = True, **energies: EnergyValue
) -> ReferenceEnergies:
    """References whose CASCI is 50 mHa below Hartree-Fock unless said otherwise."""
    base = samples.REFERENCES
    active = replace(
        base.active,
        hf=EnergyValue.ok(HF, s2=0.0),
        ccsd=EnergyValue.ok(CASCI + 0.001),
        ccsd_t=EnergyValue.ok(CASCI + 0.0004),
        casci=EnergyValue.ok(CASCI, s2=casci_s2),
    )
    diagnostics = replace(base.diagnostics, may_ccsd_judge=may_ccsd_judge, flag="green")
    return replace(base, active=replace(active, **energies), diagnostics=diagnostics)


def vqe(error: float, *, s2: float = 0.0, status: str = "converged") -> VQEResult:
    """A VQE whose energy is ``error`` [Ha] above CASCI."""
    return replace(samples.VQE, energy=CASCI + error, s2=s2, status=status)
