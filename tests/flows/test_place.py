"""Where a run happens: in a worker by its environment, in our own process as it is told."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.place import Place, current_place, of_environment, report_folder, running_at
from molpipe.cluster import default_workers
from molpipe.errors import InputError, InvalidSettings

RUN = "0123456789abcdef" * 2


ENVIRONMENT = {"MOLPIPE_HOME": "/lab", "MOLPIPE_DATABASE": "/lab/molpipe.db"}


def test_a_worker_finds_it_in_its_environment():
    environment = ENVIRONMENT | {"MOLPIPE_WORKERS": "3", "MOLPIPE_RUNS": "2"}
    out = Path("/lab/reports/pilot-01234567-cdef")
    place = of_environment(environment, "Pilot", RUN)
    assert place == Place(out=out, workers=3, sharers=2, has_ui=True)
    assert place.database is None, "the store reads MOLPIPE_DATABASE itself"


def test_how_much_it_does_at_once_has_a_default():
    place = of_environment(ENVIRONMENT | {"MOLPIPE_WORKERS": ""}, "Pilot", RUN)
    assert (place.workers, place.sharers) == (os.cpu_count(), 1)


@pytest.mark.parametrize("name", ENVIRONMENT)
@pytest.mark.parametrize("wrong", ["", "runs", "./runs"])
def test_where_results_go_has_none(name, wrong):
    """A worker's flows run in a folder that is removed when they end."""
    with pytest.raises(InputError, match=name) as caught:
        of_environment(ENVIRONMENT | {name: wrong}, "Pilot", RUN)
    assert caught.value.code == "NO_PLACE"
    of_environment(ENVIRONMENT | {"MOLPIPE_DATABASE": "postgresql://db/results"}, "Pilot", RUN)


def test_where_calculations_run_is_here_unless_it_says_so():
    assert of_environment(ENVIRONMENT, "Pilot", RUN).runner == "local"
    place = of_environment(ENVIRONMENT | {"MOLPIPE_RUNNER": "dask:host:8786"}, "Pilot", RUN)
    assert place.runner == "dask:host:8786"
    assert place.workers == default_workers(place.runner)


def test_a_runner_that_names_nothing_is_refused(tmp_path):
    with pytest.raises(InvalidSettings, match="ray"):
        Place(out=tmp_path, runner="ray:host:8786").open_workers(threads=1)


def test_in_our_own_process_it_is_what_we_say_for_as_long_as_we_say(tmp_path, monkeypatch):
    monkeypatch.setenv("MOLPIPE_HOME", str(tmp_path / "lab"))
    monkeypatch.setenv("MOLPIPE_DATABASE", str(tmp_path / "lab.db"))
    outer, inner = Place(out=tmp_path / "outer"), Place(out=tmp_path / "inner")
    with running_at(outer):
        with suppress(KeyError), running_at(inner):
            assert current_place("Pilot", RUN) is inner
            raise KeyError
        assert current_place("Pilot", RUN) is outer
    assert current_place("Pilot", RUN).out.parent == tmp_path / "lab" / "reports"


@given(st.text(max_size=200))
def test_a_title_never_leads_out_of_the_reports(title):
    folder = report_folder(Path("lab"), title, RUN)
    assert folder.parent == Path("lab/reports")
    assert folder.name.endswith("-01234567-cdef")
    assert set(folder.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(folder.name) <= 54


@pytest.mark.parametrize(
    ("title", "name"),
    [("Pilot, 2nd try", "pilot-2nd-try"), ("../../etc", "etc"), ("水", "run"), ("", "run")],
)
def test_a_folder_is_called_as_its_run(title, name):
    assert report_folder(Path(), title, RUN).name == f"{name}-01234567-cdef"


def test_runs_whose_ids_begin_alike_have_folders_of_their_own(tmp_path):
    together = [f"01a20791a9a2783b{number:016x}" for number in (1, 2)]
    assert len({report_folder(tmp_path, "nightly", run) for run in together}) == 2


RUN_OF_A_WORKER = """
import flows.place
flows.place.end_with_worker()
print("goes on")
"""


def run_of_a_worker(**environment):
    code = [sys.executable, "-c", RUN_OF_A_WORKER]
    return subprocess.run(
        code, env=os.environ | environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("worker", ["ours", "prefect's own"])
def test_a_run_goes_on_whose_worker_is_there(worker):
    parent = str(os.getpid()) if worker == "ours" else ""
    done = run_of_a_worker(PREFECT__FLOW_RUN_ID=RUN, MOLPIPE_PARENT=parent)
    assert (done.returncode, done.stdout) == (0, "goes on\n"), done.stderr


def test_a_run_whose_worker_ended_before_it_began_ends():
    """It then has another parent, as every process whose parent has ended."""
    done = run_of_a_worker(PREFECT__FLOW_RUN_ID=RUN, MOLPIPE_PARENT=str(2**22 + 1))
    assert (done.returncode, done.stdout) == (1, "")


def test_what_no_worker_started_ends_with_none():
    assert run_of_a_worker(MOLPIPE_PARENT=str(2**22 + 1)).stdout == "goes on\n"
