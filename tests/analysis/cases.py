"""Stages and rows with chosen energies: everything else by argument or from samples [Ha]."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from molpipe.analysis.solver import State, choose_judge, judge_solver
from molpipe.model.comparison import Solver
from molpipe.model.document import Row
from molpipe.model.results import EnergyValue, ReferenceEnergies, VQEResult
from tests.model import samples
from tests.sample_results import answered

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


def solver_verdict(refs: ReferenceEnergies, result: VQEResult) -> Solver:
    """What the referee of the solver says."""
    state = State(energy=result.energy, s2=result.s2, electron_deviation=result.electron_deviation)
    may = refs.diagnostics.may_ccsd_judge
    judge = choose_judge(refs.active, state, may_ccsd_judge=may)
    return judge_solver(judge, state, refs.active.hf)


def row(number: int, name: str, *, may_ccsd_judge: bool = True, **changes: Any) -> Row:
    """An answered row of results.json; ``changes`` are those of ``answered``."""
    found = replace(answered(name, **changes), row=number)
    diagnostics = replace(
        found.diagnostics, may_ccsd_judge=may_ccsd_judge, scf_stable_external=True
    )
    return replace(found, diagnostics=diagnostics)


def with_energies(found: Row, space: str, **energies: EnergyValue) -> Row:
    """The row with other energies in one of its two blocks."""
    block = replace(getattr(found.energies, space), **energies)
    return replace(found, energies=replace(found.energies, **{space: block}))


def with_settings(found: Row, **settings: Any) -> Row:
    """The row with other settings."""
    return replace(found, settings=found.settings | settings)
