import io

from rich.console import Console

from molpipe.analysis.changes import row_changes
from molpipe.model.changes import Cause
from molpipe.model.reproduction import Reproduction
from molpipe.model.results import EnergyValue
from molpipe.report.terminal_reproduction import reproduction_table
from tests.analysis.cases import row, with_energies
from tests.sample_results import HOSTILE

NEWER = Cause(kind="versions", what="pyscf", before="2.6", after="2.7")


def shown(*found):
    console = Console(width=100, file=io.StringIO())
    console.print(reproduction_table(found))
    return console.file.getvalue()


def reproduction(shift, name="water", versions=()):
    stored = row(1, name)
    energy = stored.energies.active.vqe.value + shift
    again = with_energies(stored, "active", vqe=EnergyValue.ok(energy, s2=0.0))
    changes = row_changes(stored, again)
    return Reproduction(run_id="r", stored=stored, again=again, changes=changes, versions=versions)


def test_what_came_back_is_said_with_how_well():
    text = shown(reproduction(0.0), reproduction(1e-8))
    assert "in every digit" in text
    assert "+1.0e-05" in text
    assert "2 of 2 came back within the tolerance, 1 with every energy equal" in text
    assert "versions: the same" in text


def test_what_did_not_come_back_is_shown_with_what_differs():
    text = shown(reproduction(1e-3, versions=(NEWER,)))
    assert "NO" in text
    assert "VQE, active space" in text
    assert "pyscf 2.6 → 2.7" in text


def test_a_name_is_text():
    assert "[bold]" in shown(reproduction(0.0, name=HOSTILE))
