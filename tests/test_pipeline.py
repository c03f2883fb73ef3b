"""One molecule end to end, in this process: textbook energies, and every way a row can end."""

from __future__ import annotations

from pathlib import Path

import pytest

from molpipe import pipeline
from molpipe.chem.intake import read_batch, read_smiles
from molpipe.errors import (
    Cancelled,
    InvariantError,
    ResourceError,
    SCFNotConverged,
    UnsupportedMolecule,
)
from molpipe.model.settings import Settings
from molpipe.pipeline import perform_here, run_row
from molpipe.units import mha
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
