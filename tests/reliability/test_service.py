"""The kill table: `molpipe up` and what belongs to it, killed in the middle of a batch.

docs/reliability.md names these tests. Each batch has hydrogen, which is answered at once, and
benzene, which takes minutes in C code: the kill comes while that runs.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from dataclasses import dataclass

import httpx
import psutil
import pytest

from molpipe.limits.forking import MODULE
from molpipe.store import open_store
from tests.browser.up import Up, end_family, molpipe_up, start, wait_until_up
from tests.reliability.kept import count_from_now_on, times_kept

logger = logging.getLogger(__name__)
"""Says how long it took: --log-cli-level=info shows it."""

pytestmark = pytest.mark.slow

TWO_MINUTES = 120.0
"""No wrong state is shown for longer."""

PATIENCE = 300.0
LONG = "name,smiles,basis\nhydrogen,[H][H],sto-3g\nbenzene,c1ccccc1,cc-pvdz\n"
SHORT = "name,smiles,basis\nhydrogen,[H][H],sto-3g\nbutane,CCCC,6-31g*\n"
OPTIONS = ("--set", "active_space=2,2", "--set", "conformer.refine=none")
OPTIONS += ("--set", "full_space=ccsd_t")
COMPUTING = 2.0
"""A child that has used so much processor time [s] is in the middle of something."""


@dataclass(frozen=True, kw_only=True)
class Killed:
    """A service that was started again in the home of one that was killed with a run."""

    up: Up
    run: str
    seconds: float
    kept: dict[str, int]


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """`molpipe up` is killed in the middle of a batch; no process of it may stay."""
    home = tmp_path_factory.mktemp("service")
    count_from_now_on(home / "molpipe.db")
    first = start(home, "--workers", "2")
    try:
        wait_until_up(first)
        run = sent(first, LONG, "first")
        in_the_middle(first, run)
        kept, began = times_kept(home / "molpipe.db"), time.monotonic()
    finally:
        first.process.kill()
        first.process.wait()
        left = end_family(first)
    assert left == []
    with molpipe_up(home, "--workers", "2") as again:
        yield Killed(up=again, run=run, seconds=began, kept=kept)


@pytest.fixture
def service(killed):
    return killed.up


def sent(service, batch, name):
    """The id of a run of a batch."""
    path = service.home / f"{name}.csv"
    path.write_text(batch)
    said = service.molpipe("submit", path, *OPTIONS)
    assert said.returncode == 0, said.stderr
    (found,) = api(service, "flow_runs/filter", flow_runs={"name": {"any_": [name]}})
    return found["id"]


def api(service, path, **body):
    answer = httpx.post(f"{service.url}/api/{path}", json=body, timeout=60)
    assert answer.is_success, answer.text
    return answer.json()


def state(service, run):
    return httpx.get(f"{service.url}/api/flow_runs/{run}", timeout=60).json()["state"]


def wait_for(condition, seconds=PATIENCE):
    """What ``condition`` says in the end; a server that starts again does not answer."""
    end = time.monotonic() + seconds
    while True:
        try:
            if found := condition():
                return found
        except httpx.TransportError:
            pass
        assert time.monotonic() < end
        time.sleep(0.5)


def process_of(service, run):
    """The process that carries out a run."""
    for process in service.family():
        try:
            if process.environ().get("PREFECT__FLOW_RUN_ID") == run:
                return process
        except psutil.NoSuchProcess:
            continue
    return None


def in_the_middle(service, run):
    """Wait until hydrogen is answered and benzene computes; the process of the run."""
    process = wait_for(lambda: process_of(service, run))

    wait_for(lambda: rows(service, run) == {"ok": 1} and service.calculating(COMPUTING))
    return process


def process_called(service, module):
    """One of those that `molpipe up` keeps alive."""
    children = psutil.Process(service.process.pid).children()
    (found,) = [child for child in children if module in child.cmdline()]
    return found


def rows(service, run):
    """How many rows of a run ended how."""
    with open_store(service.home / "molpipe.db", environment={}) as store:
        found = store.find_run(run.replace("-", ""))
    return dict(found.statuses) if found else {}


def open_tasks(service, run):
    """Task runs of a run that say they run."""
    states = {"type": {"any_": ["RUNNING", "PENDING"]}}
    return api(
        service,
        "task_runs/filter",
        flow_runs={"id": {"any_": [run]}},
        task_runs={"state": states},
    )


def is_over(service, run, kind="CRASHED"):
    found = state(service, run)
    return found if found["type"] == kind and not open_tasks(service, run) else None


def goes_on(service, run, kept):
    """Run it again, as Prefect's button *Retry* does: it goes on where it was."""
    again = {"type": "SCHEDULED", "message": "once more"}
    api(service, f"flow_runs/{run}/set_state", state=again, force=True)
    in_the_middle(service, run)
    assert service.molpipe("cancel", run[:8]).returncode == 0
    wait_for(lambda: is_over(service, run, "CANCELLED"))
    now = times_kept(service.home / "molpipe.db")
    assert {key: now[key] for key in kept} == kept, "nothing was computed twice"
    assert rows(service, run) == {"ok": 1, "cancelled": 1}


def listed(service):
    return " ".join(service.molpipe("status").stdout.split())


def test_kill_of_molpipe_up(killed):
    """Its processes end with it; what it left is marked when it is started again."""
    found = wait_for(lambda: is_over(killed.up, killed.run), TWO_MINUTES)
    logger.info("%s %.0f s after the kill", "noticed", time.monotonic() - killed.seconds)
    assert found["message"] == "Its process died. Nothing that was finished is lost: run it again."
    assert "run it again" in listed(killed.up)
    goes_on(killed.up, killed.run, killed.kept)


def test_kill_of_a_flow_process(service):
    run = sent(service, LONG, "flow")
    process = in_the_middle(service, run)
    kept, began = times_kept(service.home / "molpipe.db"), time.monotonic()
    children = service.calculating(0.0)
    process.kill()
    _, left = psutil.wait_procs(children, timeout=10)
    assert left == []
    wait_for(lambda: state(service, run)["type"] == "CRASHED", TWO_MINUTES)
    logger.info("%s %.0f s after the kill", "noticed", time.monotonic() - began)
    assert "SIGKILL" in state(service, run)["message"]
    wait_for(lambda: is_over(service, run), TWO_MINUTES)
    logger.info("%s %.0f s after the kill", "its tasks", time.monotonic() - began)
    goes_on(service, run, kept)


def test_kill_of_a_worker(service):
    run = sent(service, LONG, "worker")
    process = in_the_middle(service, run)
    kept, began = times_kept(service.home / "molpipe.db"), time.monotonic()
    os.kill(process.ppid(), signal.SIGKILL)
    process.wait(timeout=10)
    wait_for(lambda: is_over(service, run), TWO_MINUTES)
    logger.info("%s %.0f s after the kill", "noticed", time.monotonic() - began)
    said = service.log.read_text("utf-8")
    assert "the worker of the pool cpu ended with -9: it is started again" in said
    assert f"run {run.replace('-', '')[:8]} worker is now Crashed: Its process died." in said
    goes_on(service, run, kept)


def test_kill_of_the_fork_server(service):
    """Its children end with it; their calculations are tried once more."""
    run = sent(service, SHORT.replace("butane,CCCC", "isobutane,CC(C)C"), "forks")
    in_the_middle(service, run)
    kept = times_kept(service.home / "molpipe.db")
    process_called(service, MODULE).kill()
    wait_for(lambda: is_over(service, run, "COMPLETED"))
    assert "the fork server ended with -9: it is started again" in service.log.read_text("utf-8")
    assert rows(service, run) == {"ok": 2}
    now = times_kept(service.home / "molpipe.db")
    assert {key: now[key] for key in kept} == kept, "nothing was computed twice"


def test_kill_of_the_prefect_server(service):
    """Calculations go on; the run ends as if nothing had been."""
    run = sent(service, SHORT, "server")
    in_the_middle(service, run)
    kept, began = times_kept(service.home / "molpipe.db"), time.monotonic()
    process_called(service, "flows.server.embedded").kill()
    wait_for(lambda: state(service, run))
    logger.info("%s %.0f s after the kill", "answers", time.monotonic() - began)
    assert "the server ended with -9: it is started again" in service.log.read_text("utf-8")
    wait_for(lambda: is_over(service, run, "COMPLETED"))
    assert rows(service, run) == {"ok": 2}
    now = times_kept(service.home / "molpipe.db")
    assert set(now.values()) == {1}
    assert now.keys() > kept.keys()
