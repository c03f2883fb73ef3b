from dataclasses import replace

from molpipe.model.document import Seconds
from molpipe.report.plots import stage_times
from tests.report.plots.shapes import texts
from tests.sample_results import answered


def test_the_total_of_every_stage_is_printed():
    rows = [replace(answered(), seconds=Seconds(scf=1.5, vqe=0.25)) for _ in range(4)]
    assert stage_times.times(rows) == {"Hartree-Fock": [1.5] * 4, "VQE": [0.25] * 4}
    shown = texts(stage_times.draw(rows))
    assert "6.00" in shown
    assert "1.00" in shown
    assert "NEVPT2" not in shown


def test_every_stage_but_the_total_has_a_name():
    fields = set(Seconds.__dataclass_fields__) - {"total"}
    assert set(stage_times.STAGES) == fields
