"""Two workers with homes of their own, which share the result database and the Prefect API."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from contextlib import contextmanager

import httpx
import pytest

from tests.browser.up import ANSWER_SECONDS, COMMAND, clean_environment, molpipe_up
from tests.reliability.kept import count_from_now_on, times_kept

pytestmark = pytest.mark.slow

ROWS, STAGES = 32, 5
SETTINGS = ("basis=cc-pvdz", "active_space=6,6", "full_space=none")
OPTIONS = [word for setting in SETTINGS for word in ("--set", setting)]
SECONDS = 300.0
AFTERWARDS = 30.0
"""A helper looks every five seconds whether its batch is over."""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """One calculation at a time."""
    with molpipe_up(tmp_path_factory.mktemp("service"), "--workers", "1") as running:
        count_from_now_on(running.home / "molpipe.db")
        yield running


def water(length):
    """Two seconds of work."""
    x, z = 0.7907 * length, 0.6122 * length
    return f"3\n\nO 0 0 0\nH {x:.6f} 0 {z:.6f}\nH {-x:.6f} 0 {z:.6f}\n"


@contextmanager
def worker(service, home):
    """A worker that joins; it is to end well, unless somebody has killed it."""
    home.mkdir()
    command = [COMMAND, "worker", "--server", service.url, "--home", home, "--workers", "1"]
    command += ["--database", service.home / "molpipe.db"]
    with (
        (home / "log.txt").open("w") as log,
        subprocess.Popen(
            command, env=clean_environment(), stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(SECONDS)
    assert code in (0, -signal.SIGKILL), (home / "log.txt").read_text()


def runs(service, name):
    wanted = {"flow_runs": {"name": {"any_": [name]}}}
    answer = httpx.post(f"{service.url}/api/flow_runs/filter", json=wanted, timeout=ANSWER_SECONDS)
    assert answer.is_success, answer.text
    return answer.json()


def state(service, name):
    """The type and the message of the newest run of this name."""
    found = runs(service, name)
    return (found[0]["state"]["type"], found[0]["state"]["message"]) if found else ("", "")


def wait_for(condition, seconds=SECONDS):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.2)
    return found


def is_over(service, name):
    return state(service, name)[0] in ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")


def submit(service, name, first, folder):
    """Send waters with bonds of ``first`` angstrom and longer, and wait until they run."""
    path = folder / f"{name}.xyz"
    path.write_text("".join(water(first + 0.002 * number) for number in range(ROWS)))
    sent = service.molpipe("submit", path, *OPTIONS)
    assert sent.returncode == 0, sent.stderr
    wait_for(lambda: state(service, name)[0] == "RUNNING")


def check_whole(service, name):
    """Every row is there, and no stage was kept twice."""
    assert state(service, name)[0] == "COMPLETED", state(service, name)
    (path,) = service.home.glob(f"reports/{name}-*/results.json")
    rows = json.loads(path.read_text())["rows"]
    assert [row["status"] for row in rows] == ["ok"] * ROWS
    assert set(times_kept(service.home / "molpipe.db").values()) == {1}


def test_a_worker_that_joins_in_the_middle(service, tmp_path):
    """It computes a part of the batch, and no stage is computed twice."""
    submit(service, "joined", 0.90, tmp_path)
    with worker(service, tmp_path / "second"):
        wait_for(lambda: is_over(service, "joined"))
        wait_for(lambda: is_over(service, "help for joined"), AFTERWARDS)
    check_whole(service, "joined")
    said = state(service, "help for joined")[1]
    made = re.fullmatch(r"computed (\d+) stages of joined", said)
    assert made, said
    assert 0 < int(made[1]) < ROWS * STAGES


def test_a_worker_that_is_killed_in_the_middle(service, tmp_path):
    """The batch takes over what it was at."""
    submit(service, "killed", 1.00, tmp_path)
    with worker(service, tmp_path / "third") as process:
        wait_for(lambda: state(service, "help for killed")[0] == "RUNNING")
        time.sleep(3)  # it computes by then
        process.kill()
        assert not is_over(service, "killed"), "the batch is too short for this test"
        wait_for(lambda: is_over(service, "killed"))
    check_whole(service, "killed")
