"""A row names every stage that it came from: pruning trusts in that."""

from molpipe.chem.intake import read_smiles
from molpipe.errors import SCFNotConverged
from molpipe.model.settings import Settings
from molpipe.pipeline import run_row
from molpipe.stages import perform_here
from molpipe.store.answers import answer, read_document

SETTINGS = Settings(basis="sto-3g", nevpt2="auto", baseline="b3lyp-d3bj").with_overrides(
    {"conformer.refine": "none"}
)


class Recorded:
    """Performs stages here and notes their keys; one stage may fail."""

    def __init__(self, failing=None):
        self.keys = {}
        self._failing = failing

    def __call__(self, stage, key, *arguments, **limits):
        self.keys[stage] = key
        if stage == self._failing:
            raise SCFNotConverged("no solution")
        return perform_here(stage, key, *arguments, **limits)


def kept(row):
    return read_document(**answer(row).document)


def test_a_row_names_every_stage():
    perform = Recorded()
    row = run_row(read_smiles("[HH]"), SETTINGS, perform)
    assert row.status == "ok", row.failure
    assert set(perform.keys) == {"geometry", "problem", "reference", "vqe", "nevpt2", "baseline"}
    assert kept(row).stage_keys == perform.keys


def test_a_row_that_failed_names_the_stages_so_far():
    perform = Recorded(failing="problem")
    row = run_row(read_smiles("[HH]"), SETTINGS, perform)
    assert row.status == "failed"
    assert set(perform.keys) == {"geometry", "problem"}
    assert kept(row).stage_keys == perform.keys
