"""Who computes as we do, and how much each may do."""

from __future__ import annotations

import pytest

from molpipe.cluster.connection import connect
from molpipe.cluster.members import Member, difference, first_members
from molpipe.cluster.workers import ClusterWorkers
from molpipe.errors import BackendUnavailable
from molpipe.limits import memory_for_calculations
from molpipe.provenance import versions
from tests.dask_cluster import dask_cluster, wait_for
from tests.limits.work import AMPLE

HIDE = """
import importlib.metadata, sys
from importlib.abc import MetaPathFinder

class Hidden(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "molpipe":
            raise ModuleNotFoundError("No module named 'molpipe'", name=name)

sys.meta_path.insert(0, Hidden())
"""


def test_the_same_versions_are_no_difference():
    assert difference(versions(), versions()) == ""


def test_a_difference_names_the_library_and_both_versions():
    there = versions() | {"numpy": "0.9", "pyscf": "not installed"}
    found = difference(versions(), there)
    assert f"numpy 0.9 (here {versions()['numpy']})" in found
    assert "pyscf not installed" in found


def test_what_makes_no_number_may_differ():
    here = versions() | {"python": "3.11.7"}
    assert difference(here, here | {"python": "3.11.9", "prefect": "1.0"}) == ""
    assert "3.12.7" in difference(here, here | {"python": "3.12.7"})


def test_runs_share_the_memory_of_a_worker_not_its_threads():
    member = Member(address="tcp://host:1", threads=4, memory_gb=8.0, difference="")
    room = member.room(sharers=2)
    assert (room.name, room.processes, room.memory_gb) == ("tcp://host:1", 4, 4.0)


def pretend_version(folder, version, of="molpipe"):
    """A folder for PYTHONPATH in which a package seems to have another version."""
    metadata = folder / f"{of}-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Metadata-Version: 2.1\nName: {of}\nVersion: {version}\n")
    return {"PYTHONPATH": str(folder)}


def hide_molpipe(folder):
    """A folder for PYTHONPATH in which there is no molpipe."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HIDE)
    return {"PYTHONPATH": str(folder)}


def refusal(cluster):
    with pytest.raises(BackendUnavailable) as caught:
        ClusterWorkers(cluster.address, threads=1)
    assert "\n" not in caught.value.line
    return caught.value


@pytest.mark.slow
def test_a_cluster_of_others_is_refused_before_work_starts(tmp_path):
    other, hidden = pretend_version(tmp_path / "other", "9.9"), hide_molpipe(tmp_path / "hidden")
    with dask_cluster(tmp_path / "dask", workers=0) as cluster:
        assert refusal(cluster).code == "NO_WORKERS"
        assert cluster.address in refusal(cluster).line
        cluster.start_worker(environment=other)
        error = refusal(cluster)
        assert "molpipe 9.9 (here" in error.message
        assert error.code == "OTHER_VERSIONS"
        cluster.stop_worker()
        cluster.start_worker(environment=pretend_version(tmp_path / "dask-0.1", "0.1", of="dask"))
        assert "dask 0.1 (here" in refusal(cluster).message
        cluster.stop_worker()
        cluster.start_worker(environment=hidden)
        assert "No module named 'molpipe'" in refusal(cluster).message


@pytest.mark.slow
def test_a_scheduler_without_molpipe_is_refused(tmp_path):
    hidden = hide_molpipe(tmp_path / "hidden")
    with dask_cluster(tmp_path / "dask", workers=0, environment=hidden) as cluster:
        error = refusal(cluster)
    assert "scheduler" in error.message
    assert "No module named 'molpipe'" in error.message


@pytest.mark.slow
def test_one_of_others_that_joins_later_is_not_used(tmp_path, caplog):
    other = pretend_version(tmp_path / "other", "9.9")
    with (
        dask_cluster(tmp_path / "dask", workers=1) as cluster,
        ClusterWorkers(cluster.address, threads=1) as workers,
    ):
        cluster.start_worker(environment=other)
        wait_for(lambda: "molpipe 9.9" in caplog.text)
        assert workers.run(abs, -1, **AMPLE) == 1
        assert len(cluster.calculating()) == 1


@pytest.mark.slow
def test_memory_is_the_limit_of_the_worker_and_else_of_its_machine(tmp_path):
    with dask_cluster(tmp_path, workers=0) as cluster, connect(cluster.address) as client:
        cluster.start_worker("--memory-limit", "3GB")
        (limited,) = first_members(client, cluster.address)
        assert limited.memory_gb == pytest.approx(3.0)
        cluster.stop_worker()
        cluster.start_worker("--memory-limit", "0")
        (free,) = first_members(client, cluster.address)
        assert free.memory_gb == pytest.approx(memory_for_calculations())
