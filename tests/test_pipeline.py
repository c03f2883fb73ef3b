"""One molecule end to end, in this process: textbook energies, and every way a row can end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from molpipe import pipeline, stages
from molpipe.analysis.compare import judge
from molpipe.analysis.solver import SAME_SPIN
from molpipe.chem.intake import read_batch, read_smiles
from molpipe.errors import (
    CalculationError,
    Cancelled,
    InvariantError,
    ResourceError,
    SCFNotConverged,
    UnsupportedMolecule,
)
from molpipe.model.settings import Settings
from molpipe.pipeline import run_row, run_series, units
from molpipe.stages import perform_here
from molpipe.units import mha
from tests.chem.molecules import diatomic, methylene
from tests.tolerances import CCSD, FCI

GEOMETRIES = Path(__file__).parent.parent / "molecules" / "geometries"

# Independent PySCF 2.14.0 runs, STO-3G, all electrons: HF and FCI [Ha], CCSD - FCI [mHa]; and the
# UCCSD error [mHa] of the best open program (MindQuantum mqchem 0.12.0, TenCirChem-NG 2024.10).
TEXTBOOK = {
    "H2": (-1.11675931, -1.13728383, 0.000, 0.000),
    "H4": (-2.09854594, -2.16638745, 0.008, 0.0792),
    "LiH": (-7.86202696, -7.88240341, 0.010, 0.0106),
    "H2O": (-74.96292825, -75.01240366, 0.116, 0.1003),
}
LAST_DIGIT_MHA = 0.001
TWO_MICROHARTREE = 0.002

CHEAP = Settings(basis="sto-3g").with_overrides({"conformer.refine": "none"})


def test_textbook_molecules_from_a_file_of_frames():
    settings = Settings(basis="sto-3g", active_space="full", frozen_core=False)
    batch = read_batch(GEOMETRIES / "textbook.xyz", settings)
    rows = [run_row(row, settings) for row in batch.rows]
    assert [row.name for row in rows] == list(TEXTBOOK)
    for row in rows:
        hf, fci, ccsd, best_peer = TEXTBOOK[row.name]
        active = row.energies.active
        assert active.hf.value == pytest.approx(hf, abs=FCI)
        assert active.casci.value == pytest.approx(fci, abs=FCI)
        assert mha(active.ccsd.value - fci) == pytest.approx(ccsd, abs=mha(CCSD))
        error = mha(active.vqe.value - active.casci.value)
        assert -LAST_DIGIT_MHA < error <= best_peer + TWO_MICROHARTREE
        assert row.energies.full.ccsd == active.ccsd


@pytest.mark.parametrize(("smiles", "electrons"), [("[HH+]", 1), ("[He]", 2), ("[Ne]", 10)])
def test_rows_without_correlation_are_answered(smiles, electrons):
    row = run_row(read_smiles(smiles), CHEAP)
    assert row.status == "ok", row.failure
    assert row.molecule.n_electrons == electrons
    active = row.energies.active
    assert active.vqe.value == pytest.approx(active.hf.value, abs=FCI)
    assert row.comparison.solver.verdict == "trivial"
    assert row.comparison.correlation_recovered is None


def failing(stage_to_fail, error):
    """Perform every stage here and now, but let one raise."""

    def perform(stage, *arguments, **limits):
        if stage == stage_to_fail:
            raise error
        return perform_here(stage, *arguments, **limits)

    return perform


@pytest.mark.parametrize(
    ("stage", "error", "status"),
    [
        ("geometry", UnsupportedMolecule("no geometry"), "refused"),
        ("problem", SCFNotConverged("no SCF"), "failed"),
        ("reference", ResourceError("too long"), "partial"),
        ("geometry", ResourceError("too long"), "failed"),
        ("vqe", InvariantError("below FCI"), "failed"),
        ("vqe", Cancelled("stopped"), "cancelled"),
    ],
)
def test_an_error_becomes_the_failure_of_its_row(stage, error, status):
    row = run_row(read_smiles("[HH]"), CHEAP, failing(stage, error))
    assert row.status == status
    assert (row.failure.stage, row.failure.message) == (stage, error.message)
    assert (row.problem is None) == (stage in ("geometry", "problem"))
    assert row.comparison is None


def test_an_error_outside_the_tree_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        run_row(read_smiles("[HH]"), CHEAP, failing("vqe", ZeroDivisionError()))


def test_a_number_that_is_none_becomes_the_failure_of_its_row():
    def perform(stage, *arguments, limits, seconds):
        staged = perform_here(stage, *arguments, limits=limits, seconds=seconds)
        if stage == "vqe":
            return replace(staged, value=replace(staged.value, gradient_norm=float("nan")))
        return staged

    row = run_row(read_smiles("[HH]"), CHEAP, perform)
    assert (row.status, row.failure.code) == ("failed", "INVARIANT_BROKEN")
    assert "its result.vqe.gradient_norm is nan" in row.failure.message
    assert row.vqe is None


def test_a_refused_row_keeps_its_reason_and_runs_nothing():
    row = run_row(read_smiles("C1CC"), CHEAP, failing("geometry", AssertionError()))
    assert (row.status, row.failure.code) == ("refused", "SMILES_SYNTAX")


def test_stages_share_the_time_limit_of_their_molecule():
    allowed = []

    def perform(stage, *arguments, limits, seconds):
        allowed.append(seconds)
        return perform_here(stage, *arguments, limits=limits, seconds=seconds)

    row = run_row(read_smiles("[HH]"), CHEAP, perform)
    assert allowed[0] == CHEAP.limits.seconds
    assert allowed == sorted(allowed, reverse=True)
    spent = row.seconds.conformer + row.seconds.scf + row.seconds.problem + row.seconds.reference
    assert allowed[0] - allowed[3] == pytest.approx(spent)


def test_a_vqe_out_of_time_is_a_partial_row(monkeypatch):
    monkeypatch.setattr(pipeline, "VQE_SHARE", 0.0)
    row = run_row(read_smiles("[LiH]"), CHEAP)
    assert (row.status, row.vqe.status) == ("partial", "time-limit")
    assert row.energies.active.vqe.status == "unconverged"
    assert row.energies.active.nevpt2.status == "failed"


@pytest.mark.parametrize(
    ("molecule", "space", "ansatz"),
    [
        (methylene(1), "6,6", "uccsd"),
        (methylene(3), "6,6", "uccsd"),
        (methylene(3), "6,6", "upccgsd"),  # not spin-pure
        (diatomic("O", "O", 1.2075), "8,6", "uccsd"),
        (diatomic("O", "O", 1.2075, multiplicity=3), "8,6", "uccsd"),
    ],
    ids=["CH2 singlet", "CH2 triplet", "CH2 mixed", "O2 singlet", "O2 triplet"],
)
def test_vqe_and_its_judge_are_in_the_same_spin_state_or_there_is_no_verdict(
    molecule, space, ansatz
):
    settings = Settings(basis="sto-3g", active_space=space, ansatz=ansatz, full_space="none")
    problem = stages.build_problem(molecule, settings)
    references = stages.reference_energies(problem, settings)
    vqe = stages.minimise(problem, references, settings)
    solver = judge(problem, references, vqe).solver
    assert references.active.casci.s2 == pytest.approx(problem.s2, abs=1e-4)
    same_spin = abs(vqe.s2 - problem.s2) < SAME_SPIN
    assert (solver.judge == "casci") == same_spin
    assert (solver.verdict == "no-judge") != same_spin


def test_nevpt2_stands_beside_the_comparison():
    row = run_row(read_smiles("[LiH]"), CHEAP.with_overrides({"active_space": "2,2"}))
    active = row.energies.active
    assert active.nevpt2.value < active.casci.value
    assert active.vqe_nevpt2.value == pytest.approx(active.nevpt2.value, abs=CCSD)
    assert row.vqe_state.casci_overlap == pytest.approx(1, abs=CCSD)
    assert row.vqe_state.residual < 1e-3
    assert row.seconds.nevpt2 > 0
    assert row.energies.full.dft.status == "not-requested"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ResourceError("the limit of 5 s was reached"), "ok"),
        (CalculationError("another circuit"), "ok"),
        (InvariantError("a bug"), "failed"),
        (Cancelled("stopped"), "cancelled"),
    ],
)
def test_a_row_can_do_without_nevpt2(error, status):
    row = run_row(read_smiles("[HH]"), CHEAP, failing("nevpt2", error))
    assert row.status == status
    assert row.comparison.solver.verdict == "reproduces"
    nevpt2 = row.energies.active.nevpt2
    assert nevpt2.status == "failed"
    assert (nevpt2.reason == error.message) == (status == "ok")


def test_what_is_not_asked_for_is_not_performed():
    settings = CHEAP.with_overrides({"nevpt2": "none"})
    row = run_row(read_smiles("[HH]"), settings, failing("nevpt2", AssertionError()))
    assert row.status == "ok"
    assert row.energies.active.nevpt2.status == "not-requested"
    assert row.vqe_state is None


def test_a_baseline_is_computed_on_request():
    row = run_row(read_smiles("[HH]"), CHEAP.with_overrides({"baseline": "pbe0-d4"}))
    assert row.energies.full.dft.status == "ok"
    assert row.seconds.baseline > 0
    assert row.comparison.model.full_space_judge == "casci"


def lithium_hydride(distances):
    """A series of LiH, from the widest to the closest point."""
    frames = [f"2\nLiH {r}\nLi 0 0 0\nH 0 0 {r}\n" for r in distances]
    return "".join(frames)


@pytest.fixture
def series(tmp_path):
    """Three points of LiH, handed over in no order."""
    file = tmp_path / "lih.xyz"
    file.write_text(lithium_hydride([2.0, 1.6, 1.8]))
    rows = read_batch(file, CHEAP).rows
    places = (2.0, 1.6, 1.8)
    return [
        replace(row, series="LiH", coordinate=place)
        for row, place in zip(rows, places, strict=True)
    ]


def test_the_points_of_a_series_follow_each_other_by_coordinate(series):
    settings = CHEAP.with_overrides({"active_space": "2,2"})
    alone = run_row(series[1], settings)
    rows = list(run_series(series, settings, lambda _: perform_here))
    assert [row.coordinate for row in rows] == [1.6, 1.8, 2.0]
    assert rows[0].key == alone.key
    assert rows[1].key != run_row(series[2], settings).key
    for row in rows:
        assert row.status == "ok", row.failure
        assert row.problem.n_qubits == 4
        assert not [w for w in row.warnings if w.code == "SPACE_CHANGED"]


def test_a_point_that_fails_is_passed_over_by_the_next(series):
    answered = []

    def perform(row):
        broken = row.coordinate == 1.8
        return failing("vqe", ResourceError("too long")) if broken else perform_here

    for row in run_series(series, CHEAP, perform):
        answered.append((row.coordinate, row.status))
    assert answered == [(1.6, "ok"), (1.8, "partial"), (2.0, "ok")]


def test_a_problem_follows_the_last_one_built_and_a_vqe_the_last_one_in_time(series):
    settings = CHEAP.with_overrides({"active_space": "2,2"})
    taken = {}

    def perform(row):
        def note(stage, key, kind, function, *arguments, **limits):
            taken[row.coordinate, stage] = arguments[-1]
            broken = (row.coordinate, stage) == (1.8, "vqe")
            do = failing("vqe", ResourceError("too long")) if broken else perform_here
            return do(stage, key, kind, function, *arguments, **limits)

        return note

    last = list(run_series(series, settings, perform))[-1]
    followed, started_from = taken[2.0, "problem"], taken[2.0, "vqe"].problem
    assert followed.geometry.coordinates[1, 2] == 1.8
    assert started_from.geometry.coordinates[1, 2] == 1.6
    assert last.status == "ok"


def test_rows_of_a_series_with_the_same_settings_are_one_unit(series):
    other = replace(series[0], row=9, overrides={"ansatz": "puccd"})
    single = replace(series[0], row=10, series=None)
    assert units([*series, other, single]) == [tuple(series), (other,), (single,)]
