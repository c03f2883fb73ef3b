"""One value of every stored type, every field set, no two alike; numbers without meaning."""

from dataclasses import replace

import numpy as np

from molpipe.model.comparison import Comparison, LadderStep, Model, Solver
from molpipe.model.corrections import Baseline, SecondOrder
from molpipe.model.molecule import Failure, Geometry, MoleculeRecord
from molpipe.model.orders import VQEOrder, VQEOrders, VQEOutcome
from molpipe.model.problem import ActiveSpaceProblem, MeanField
from molpipe.model.results import (
    ActiveEnergies,
    Amplitudes,
    CircuitCheck,
    Diagnostics,
    EnergyValue,
    FullEnergies,
    ReferenceEnergies,
    TracePoint,
    VQEResult,
)
from molpipe.model.settings import LimitSettings, Settings


def _array(*shape, start=0.1):
    return start + np.arange(np.prod(shape), dtype=float).reshape(shape) / 7


GEOMETRY = Geometry(
    symbols=("Li", "H"),
    coordinates=[[0.0, -0.0, 0.0], [0.0, 0.0, 1.5949]],
    charge=0,
    multiplicity=1,
    origin="given",
)

MOLECULE = MoleculeRecord(
    smiles="[H][Li]",
    inchikey="SIAPCJWMELPYOE-UHFFFAOYSA-N",
    formula="HLi",
    charge=0,
    multiplicity=1,
    n_electrons=4,
    geometry=GEOMETRY,
)

FAILURE = Failure(stage="scf", code="SCF_NOT_CONVERGED", message="no SCF", hint="try newton")

MEAN_FIELD = MeanField(
    kind="rhf",
    basis="sto-3g",
    ecp=None,
    energy=-7.8620269894,
    mo_coeff=_array(3, 3),
    mo_energy=_array(3, start=-2.3),
    mo_occ=[2, 2, 0],
    stable_internal=True,
    stable_external=None,
    followed_from=-7.5,
    seconds=0.25,
)

PROBLEM = ActiveSpaceProblem(
    geometry=GEOMETRY,
    mean_field=MEAN_FIELD,
    n_frozen_core=1,
    n_inactive=1,
    nelec=(1, 1),
    core_energy=-6.75,
    one_body=_array(2, 2, start=-0.9),
    two_body=_array(2, 2, 2, 2),
    orbital_coeff=_array(3, 2),
    orbital_energies=[-0.3, 0.2],
    occupations=[1.97, 0.03],
    orbitals="mp2-natural",
    selection_reason="2 electrons in 2 orbitals were asked for",
)

AMPLITUDES = Amplitudes(
    t1a=_array(1, 1),
    t1b=_array(1, 1, start=0.2),
    t2aa=_array(1, 1, 1, 1, start=0.3),
    t2ab=_array(1, 1, 1, 1, start=0.4),
    t2bb=_array(1, 1, 1, 1, start=0.5),
)

DIAGNOSTICS = Diagnostics(
    space="full",
    t1=0.011,
    d1=0.021,
    max_t2=0.031,
    natural_occupations=(1.98, 0.02),
    unrestricted_natural_occupations=(1.96, 0.04),
    scf_stable_internal=True,
    scf_stable_external=False,
    triples_share=0.012,
    may_ccsd_judge=True,
    flag="amber",
    reasons=("the UHF solution is lower",),
    interest="classical-suffices",
)

REFERENCES = ReferenceEnergies(
    active=ActiveEnergies(
        hf=EnergyValue.ok(-7.8620, s2=0.0),
        mp2=EnergyValue.ok(-7.8740),
        ccsd=EnergyValue(value=-7.8820, status="unconverged", reason="50 cycles"),
        ccsd_t=EnergyValue.missing("not-requested", "the CCSD did not converge"),
        casci=EnergyValue.ok(-7.8823, s2=1e-17),
    ),
    full=FullEnergies(
        hf=EnergyValue.ok(-7.8621, s2=0.0),
        mp2=EnergyValue.missing("too-expensive", "about 3 h"),
        ccsd=EnergyValue.missing("failed", "diverged"),
        ccsd_t=EnergyValue.missing("failed", "no CCSD"),
        ccsd_unrestricted=EnergyValue.missing("not-applicable", "closed shell"),
        ccsd_t_unrestricted=EnergyValue.missing("not-applicable", "closed shell, too"),
    ),
    sector_minimum=-7.8824,
    mp2_amplitudes=AMPLITUDES,
    ccsd_amplitudes=None,
    diagnostics=DIAGNOSTICS,
    casci_seconds=0.125,
    ccsd_seconds=0.375,
)

VQE = VQEResult(
    status="converged",
    energy=-7.8822,
    s2=2e-16,
    ansatz="uccsd",
    mapping="jordan-wigner",
    backend="sector",
    optimizer="l-bfgs",
    start="ccsd",
    start_energy=-7.8810,
    parameters=[0.01, -0.0, 5e-324],
    gradient_norm=3e-7,
    n_evaluations=9,
    shots=None,
    stderr=None,
    seed=7,
    two_qubit_gates=64,
    depth=82,
    trace=(
        TracePoint(evaluation=1, energy=-7.8810, gradient_norm=0.02),
        TracePoint(evaluation=9, energy=-7.8822, gradient_norm=3e-7),
    ),
    seconds=0.0625,
    circuit_check=CircuitCheck(backend="cirq", energy=-7.88220001),
    circuit_check_seconds=0.5,
)

COMPARISON = Comparison(
    vqe_minus_hf_mha=-20.2,
    vqe_minus_ccsd_mha=None,
    vqe_minus_casci_mha=0.1,
    solver=Solver(
        judge="casci",
        judge_uncertainty_mha=0.001,
        vqe_minus_judge_mha=0.1,
        vqe_minus_judge_kcal_mol=0.063,
        within_1_kcal_mol=True,
        verdict="reproduces",
    ),
    model=Model(verdict="limited", active_share_of_correlation=0.61, full_space_judge="ccsd_t"),
    correlation_recovered=0.995,
    correlation_recovered_reason=None,
    ladder=(LadderStep(step="ansatz", mha=0.1, bound="exact", source="CASCI"),),
    headline="VQE reproduces CASCI",
    explanation="The active space holds 61 % of the correlation.",
)

SECOND_ORDER = SecondOrder(
    nevpt2=EnergyValue.ok(-7.9012, s2=0.0),
    vqe_nevpt2=EnergyValue.missing("not-applicable", "the state is complex"),
    residual=0.00125,
    casci_overlap=0.9999,
)

BASELINE = Baseline(functional="pbe0-d4", energy=EnergyValue.ok(-8.0625, s2=0.0))

ORDER = VQEOrder(
    row="lithium hydride",
    problem_key="1" * 64,
    reference_key="2" * 64,
    vqe_key="3" * 64,
    neighbour=None,
    settings=Settings(basis="sto-3g", seed=11, limits=LimitSettings(seconds=60.0)),
    seconds=59.5,
)

ORDERS = VQEOrders(
    id="4" * 32,
    units=((ORDER,), (ORDER, replace(ORDER, vqe_key="5" * 64, neighbour="3" * 64))),
    threads=2,
    force=True,
    retry_refused=False,
)

OUTCOME = VQEOutcome(
    row="lithium hydride",
    vqe_key="3" * 64,
    seconds=0.75,
    recalled=True,
    unfinished=VQE,
    error="ResourceError",
    failure=FAILURE,
)

STORED = (
    *(GEOMETRY, MOLECULE, FAILURE, PROBLEM, REFERENCES, VQE, COMPARISON),
    *(SECOND_ORDER, BASELINE),
    *(ORDERS, OUTCOME),
)
"""One of each type that has a schema version."""
