"""Results documents for tests: made-up energies, but consistent with each other.

The HF and CASCI energies of the first rows are of the size of the textbook ones; every
difference, verdict and ladder is computed from the energies of its own row.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from molpipe.analysis.batch import with_relative_energies
from molpipe.model.comparison import Comparison, LadderStep, Model, Solver
from molpipe.model.document import (
    ActiveEnergiesBlock,
    BatchBlock,
    EnergiesBlock,
    FullEnergiesBlock,
    MoleculeBlock,
    ProblemBlock,
    Results,
    Row,
    SCFSolution,
    Seconds,
    VQEBlock,
)
from molpipe.model.molecule import Failure, RowWarning, Source
from molpipe.model.results import CircuitCheck, Diagnostics, EnergyValue, TracePoint
from molpipe.model.settings import Settings
from molpipe.units import CHEMICAL_ACCURACY, kcal_mol, mha

SCRIPT = "<script>alert('name')</script>"
FORMULA = '=HYPERLINK("http://example.org","water")'
HOSTILE = "[bold]caffeine[/bold] $\\frac{1}{2}$ \N{RIGHT-TO-LEFT OVERRIDE}enieffac"

WATER = (
    ("O", 0.0, 0.0, 0.117176),
    ("H", 0.0, 0.756950, -0.468706),
    ("H", 0.0, -0.756950, -0.468706),
)


def sample_results(*, times: int = 1) -> Results:
    """A batch with every kind of row; ``times`` repeats it for tests of size."""
    rows = [row for _ in range(times) for row in _rows()]
    numbered = tuple(replace(row, row=number) for number, row in enumerate(rows, start=1))
    return Results(batch=_batch(), rows=numbered)


def related_results() -> Results:
    """The same batch with reactions, one in two spaces and one unanswered, and a series."""
    results = sample_results()
    curve = {"nitrogen": 1.1, "nitrogen, 2.0 angstrom": 2.0}
    rows = [
        replace(
            row, series="stretch" if row.name in curve else None, coordinate=curve.get(row.name)
        )
        for row in results.rows
    ]
    reactions = [
        _reaction("stretching", "nitrogen", "nitrogen, 2.0 angstrom"),
        _reaction("stretching", "water", "ammonia"),
        _reaction(SCRIPT, "nitrogen", HOSTILE),
        _reaction("lost", "nitrogen", "paracetamol"),
    ]
    settings = dict(results.batch.settings) | {"reactions": reactions}
    return with_relative_energies(
        replace(results, rows=tuple(rows), batch=replace(results.batch, settings=settings))
    )  # fmt: skip


def _reaction(name: str, reactant: str, product: str) -> dict[str, object]:
    return {"name": name, "reactants": {reactant: 1}, "products": {product: 1}, "group": "all"}


def failures_only() -> Results:
    """A batch in which no row came through."""
    return Results(
        batch=_batch(), rows=tuple(r for r in sample_results().rows if r.energies is None)
    )


def answered(
    name: str = "water",
    smiles: str | None = "O",
    *,
    formula: str = "H2O",
    hf: float = -74.962928,
    casci: float = -75.012404,
    ccsd_error: float = 1.16e-4,
    vqe_error: float = 1.007e-4,
    full: tuple[float, float] | None = None,
    space: tuple[int, int] = (10, 7),
    spin: int = 0,
    basis: str = "sto-3g",
    n_parameters: int = 26,
    flag: str = "green",
    model: str = "limited",
    judged: bool = True,
    geometry: tuple[tuple[str, float, float, float], ...] = WATER,
) -> Row:
    """A row that is ok. Energies in hartree; ``full`` is CCSD and CCSD(T) in all orbitals."""
    vqe, ccsd = casci + vqe_error, casci + ccsd_error
    s2 = spin / 2 * (spin / 2 + 1)
    active = ActiveEnergiesBlock(
        hf=EnergyValue.ok(hf, s2=s2),
        mp2=EnergyValue.ok(casci + 0.35 * (hf - casci)),
        ccsd=EnergyValue.ok(ccsd),
        ccsd_t=EnergyValue.ok(casci + 0.4 * ccsd_error),
        casci=EnergyValue.ok(casci, s2=s2)
        if judged
        else EnergyValue.missing("too-expensive", "6.3e8 determinants, the limit is 1e7"),
        vqe=EnergyValue.ok(vqe, s2=s2 + 1e-7),
        nevpt2=EnergyValue.missing("not-requested", "nevpt2 = auto computes it"),
        vqe_nevpt2=EnergyValue.missing("not-requested", "nevpt2 = auto computes it"),
    )
    return Row(
        row=1,
        name=name,
        input=smiles or "geometry.xyz",
        source=Source(file="pilot.csv", frame=1),
        status="ok",
        key=_key(name),
        settings=Settings(basis=basis, active_space=f"{space[0]},{space[1]}").model_dump(),
        molecule=_molecule(smiles, formula, spin, geometry),
        problem=_problem(basis, space, spin, hf),
        energies=EnergiesBlock(active=active, full=_full(hf, full)),
        vqe=_vqe(hf, casci, vqe_error, ccsd_error, n_parameters, 2 * space[1]),
        comparison=_comparison(hf, casci, ccsd, vqe, full, model, judged),
        diagnostics=_diagnostics(flag),
        seconds=Seconds(
            conformer=0.4,
            scf=0.12,
            problem=0.05,
            reference=0.31,
            vqe=0.48,
            circuit_check=0.9,
            total=2.26,
        ),
        extra={"supplier": "in house"},
    )


def unanswered(name: str, status: str, failure: Failure, *, text: str = "C1CC(=O") -> Row:
    """A row that was read but not computed."""
    return Row(
        row=1,
        name=name,
        input=text,
        source=Source(file="pilot.csv", frame=1),
        status=status,
        failure=failure,
    )


def _rows() -> list[Row]:
    hydrogen = (("H", 0.0, 0.0, 0.0), ("H", 0.0, 0.0, 0.74))
    methyl = tuple(("H", *xy, 0.0) for xy in ((1.079, 0.0), (-0.54, 0.934), (-0.54, -0.934)))
    big = {"basis": "6-31g*", "space": (6, 6), "n_parameters": 39}
    return [
        answered("hydrogen", "[H][H]", formula="H2", hf=-1.116759, casci=-1.137284, vqe_error=2e-13,
                 ccsd_error=1e-11, full=(-1.137284, -1.137284), space=(2, 2), n_parameters=2,
                 geometry=hydrogen, model="supported"),
        answered("lithium hydride", "[H][Li]", formula="HLi", hf=-7.862027, casci=-7.882403,
                 vqe_error=1.07e-5, ccsd_error=1e-5, full=(-7.882393, -7.882402), space=(4, 6),
                 n_parameters=20, model="supported"),
        answered("water", full=(-75.012288, -75.012357), model="supported"),
        answered("ammonia", "N", formula="H3N", hf=-55.454047, casci=-55.519122, vqe_error=1.75e-4,
                 ccsd_error=2.13e-4, full=(-55.518909, -55.519050), space=(8, 7)),
        answered("nitrogen", "N#N", formula="N2", hf=-107.495893, casci=-107.652829,
                 vqe_error=2.15e-3, ccsd_error=3.887e-3, full=(-107.648942, -107.651480),
                 space=(10, 8), n_parameters=65, flag="amber"),
        answered("nitrogen, 2.0 angstrom", "N#N", formula="N2", hf=-107.182504, casci=-107.430181,
                 vqe_error=2.1e-2, ccsd_error=-1.018e-1, space=(6, 6), n_parameters=39, flag="red",
                 model="multireference"),
        answered("methyl radical", None, formula="CH3", hf=-39.076712, casci=-39.104233,
                 vqe_error=8.3e-5, ccsd_error=2.2e-4, space=(7, 7), spin=1,
                 geometry=(("C", 0.0, 0.0, 0.0), *methyl)),
        answered("formaldehyde", "C=O", formula="CH2O", hf=-113.863713, casci=-113.936410,
                 vqe_error=1.9e-4, ccsd_error=5.3e-4, full=(-114.168022, -114.176911), **big),
        answered(FORMULA, "NC=O", formula="CH3NO", hf=-168.930123, casci=-168.991230,
                 vqe_error=3.1e-4, ccsd_error=9.4e-4, full=(-169.401200, -169.419845), **big),
        answered(HOSTILE, "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", formula="C8H10N4O2", hf=-675.2101,
                 casci=-675.2111, vqe_error=2e-6, ccsd_error=6e-6, **{**big, "space": (4, 4)}),
        replace(
            answered("aspirin", "CC(=O)Oc1ccccc1C(=O)O", formula="C9H8O4", hf=-644.9812,
                     casci=-645.0388, vqe_error=2.4e-4, ccsd_error=7e-4, judged=False, **big),
            reused=True,
            warnings=(RowWarning(code="CONFORMER", message="MMFF geometry, not optimised at HF"),),
        ),
        _partial(),
        unanswered("imidazole, mistyped", "refused", Failure(
            stage="intake", code="INVALID_MOLECULE",
            message="SMILES 'C1CC(=O' cannot be parsed: unclosed ring 1",
            hint="check the ring closures and brackets")),
        unanswered(SCRIPT, "failed", Failure(
            stage="scf", code="SCF_NOT_CONVERGED",
            message="the SCF of iron pentacarbonyl did not converge in 200 cycles <b>at all</b>",
            hint="try another multiplicity")),
        unanswered("paracetamol", "cancelled", Failure(
            stage="queue", code="CANCELLED", message="the batch was stopped before it began")),
    ]  # fmt: skip


def _partial() -> Row:
    row = answered("ethylene", "C=C", formula="C2H4", hf=-78.031, casci=-78.0612, space=(12, 12))
    lost = EnergyValue.missing("failed", "stopped after 600 s")
    return replace(
        row,
        status="partial",
        failure=Failure(stage="vqe", code="LIMIT_REACHED", message="600 s are over",
                        hint="raise limits.seconds or choose a smaller active space"),
        energies=replace(row.energies, active=replace(row.energies.active, vqe=lost)),
        vqe=None,
        comparison=None,
    )  # fmt: skip


def _key(name: str) -> str:
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()


def _molecule(smiles, formula, spin, geometry) -> MoleculeBlock:
    return MoleculeBlock(
        smiles=smiles,
        inchikey=None,
        formula=formula,
        charge=0,
        multiplicity=spin + 1,
        n_electrons=10,
        geometry_source="read from the input",
        geometry=geometry,
    )


def _problem(basis, space, spin, hf) -> ProblemBlock:
    electrons, orbitals = space
    return ProblemBlock(
        basis=basis,
        ecp=None,
        n_core_orbitals=1,
        reference="rohf" if spin else "rhf",
        scf_solution=SCFSolution(stable=True, followed_from=None),
        n_qubits=2 * orbitals,
        n_qubits_tapered=None,
        active_electrons=((electrons + spin) // 2, (electrons - spin) // 2),
        active_orbitals=orbitals,
        orbitals="mp2-natural",
        selection_reason=f"{electrons} electrons in {orbitals} orbitals, as the batch asked",
        core_energy=0.3 * hf,
        solvent="none",
    )


def _full(hf, full) -> FullEnergiesBlock:
    costly = EnergyValue.missing("too-expensive", "estimated at 4 h, the limit is 1 h")
    ccsd, ccsd_t = (EnergyValue.ok(value) for value in full) if full else (costly, costly)
    stable = EnergyValue.missing("not-applicable", "the restricted solution is stable")
    return FullEnergiesBlock(
        hf=EnergyValue.ok(hf, s2=0.0),
        mp2=EnergyValue.ok(0.999 * hf - 0.2) if not full else EnergyValue.ok(full[0] + 0.01),
        ccsd=ccsd,
        ccsd_t=ccsd_t,
        ccsd_unrestricted=stable,
        ccsd_t_unrestricted=stable,
    )


def _vqe(hf, casci, vqe_error, ccsd_error, n_parameters, n_qubits) -> VQEBlock:
    final = casci + vqe_error
    start = final + abs(ccsd_error) + 0.02 * (hf - casci)
    evaluations = 6 + n_parameters // 4
    trace = tuple(
        TracePoint(
            evaluation=step + 1,
            energy=final + (start - final) * (10.0 ** (-0.55 * step)),
            gradient_norm=0.1 * 10.0 ** (-0.3 * step),
        )
        for step in range(evaluations)
    )
    check = CircuitCheck(backend="cirq", energy=final + 1e-9) if n_qubits <= 12 else None
    return VQEBlock(
        status="converged",
        ansatz="uccsd",
        mapping="jordan-wigner",
        backend="sector",
        optimizer="l-bfgs",
        start="ccsd",
        start_energy=start,
        n_parameters=n_parameters,
        parameters=tuple(0.01 * (-1) ** i / (i + 1) for i in range(n_parameters)),
        gradient_norm=trace[-1].gradient_norm,
        n_evaluations=evaluations,
        shots=None,
        stderr=None,
        seed=7,
        two_qubit_gates=48 * n_parameters,
        depth=90 * n_parameters,
        electron_deviation=0.0,
        trace=trace,
        circuit_check=check,
    )


def _step(step, difference, bound, source) -> LadderStep:
    return LadderStep(step=step, mha=difference, bound=bound, source=source)


def _comparison(hf, casci, ccsd, vqe, full, model, judged) -> Comparison:
    error = vqe - casci if judged else None
    trivial = hf - casci < CHEMICAL_ACCURACY
    close = None if error is None else abs(error) < CHEMICAL_ACCURACY
    verdict = {None: "no-judge", False: "misses", True: "trivial" if trivial else "reproduces"}
    ladder = [
        _step("correlation that VQE finds: VQE - HF", mha(vqe - hf), "exact", "same Hamiltonian"),
        _step("ansatz and optimiser: VQE - CASCI", None if error is None else mha(error), "exact"
              if judged else "unknown", "same Hamiltonian" if judged else "CASCI is too expensive"),
        _step("triple excitations: full CCSD(T) - full CCSD", mha(full[1] - full[0]) if full
              else None, "estimate" if full else "unknown", "perturbative"),
        _step("basis set", None, "unknown", "no second basis was run"),
    ]  # fmt: skip
    headline = {
        "reproduces": "VQE reproduces the CASCI energy of its Hamiltonian",
        "trivial": "VQE agrees with CASCI, but so does Hartree-Fock: nothing was tested",
        "misses": "VQE misses the CASCI energy of its Hamiltonian",
        "no-judge": "no reference may judge this VQE energy",
    }[verdict[close]]
    return Comparison(
        vqe_minus_hf_mha=mha(vqe - hf),
        vqe_minus_ccsd_mha=mha(vqe - ccsd),
        vqe_minus_casci_mha=None if error is None else mha(error),
        solver=Solver(
            judge="casci" if judged else None,
            judge_uncertainty_mha=1e-6 if judged else None,
            vqe_minus_judge_mha=None if error is None else mha(error),
            vqe_minus_judge_kcal_mol=None if error is None else kcal_mol(error),
            within_1_kcal_mol=close,
            verdict=verdict[close],
        ),
        model=Model(
            verdict=model,
            active_share_of_correlation=(casci - hf) / (full[1] - hf) if full else None,
            full_space_judge="ccsd_t" if full else None,
        ),
        correlation_recovered=(hf - vqe) / (hf - casci) if judged and not trivial else None,
        correlation_recovered_reason=None if judged else "there is no exact judge",
        ladder=tuple(ladder),
        headline=f"{headline}; the Hamiltonian itself is {model}. Simulated classically.",
        explanation="The circuit and the exact diagonalisation saw the same Hamiltonian. "
        "How well that Hamiltonian describes the molecule is a question of basis and space.",
    )


def _diagnostics(flag) -> Diagnostics:
    reasons = {
        "green": ("T1 0.009 is below 0.02",),
        "amber": ("largest T2 0.16 is above 0.15",),
        "red": ("RHF is unstable towards UHF", "T1 0.061 is above 0.04"),
    }
    return Diagnostics(
        space="full",
        t1=0.009,
        d1=0.018,
        max_t2=0.06,
        natural_occupations=(1.98, 1.97, 0.03, 0.02),
        unrestricted_natural_occupations=None,
        scf_stable_internal=True,
        scf_stable_external=flag != "red",
        triples_share=0.02,
        may_ccsd_judge=flag == "green",
        flag=flag,
        reasons=reasons[flag],
        interest="multireference-classically-exact" if flag == "red" else "classical-suffices",
    )


def _batch() -> BatchBlock:
    return BatchBlock(
        id="pilot-20250131-140500",
        source="molecules/pilot.csv",
        source_sha256=_key("pilot"),
        columns={"name": "text", "smiles": "structure", "supplier": "carried through"},
        started="2025-01-31T14:05:00+00:00",
        finished="2025-01-31T14:08:24+00:00",
        settings=Settings().model_dump(),
        versions={"molpipe": "0.1.0", "pyscf": "2.14.0", "cirq": "1.7.0", "openfermion": "1.8.1",
                  "rdkit": "2026.9.1", "prefect": "3.8.8", "numpy": "2.3.0", "python": "3.11.7"},
        seconds=204.0,
    )  # fmt: skip
