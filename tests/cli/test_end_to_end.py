"""The service as its users meet it: `molpipe up` runs, other commands talk to it."""

from __future__ import annotations

import json
import subprocess
import time

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from molpipe.store import open_store
from tests.browser import up
from tests.browser.up import ANSWER_SECONDS, COMMAND, clean_environment, molpipe_up
from tests.tolerances import VARIATIONAL

pytestmark = pytest.mark.slow

CSV = """\
name,smiles,file
hydrogen,[H][H],
five bonds,CC(C)(C)(C)C,
lithium hydride,,geo/lih.xyz
"""
LIH = "2\n\nLi 0 0 0\nH 0 0 1.6\n"
LONG = "name,smiles,basis\nhydrogen,[H][H],sto-3g\nbenzene,c1ccccc1,cc-pvdz\n"
"""Benzene takes minutes, nearly all of them in C: CCSD(T) with 114 orbitals."""

CHEAP = ("--set", "basis=sto-3g", "--set", "conformer.refine=none", "--set", "full_space=none")
MINUTES = ("--set", "active_space=2,2", "--set", "conformer.refine=none")
MINUTES += ("--set", "full_space=ccsd_t")
CANARY = "canary-5e7c"
COMPUTING = 3.0
"""A child that has used so much processor time [s] is in the middle of C code."""

STOPPED_SECONDS = 10.0
"""From the command to the end of the calculation; 4 s were measured on a busy machine."""


def write(folder, text, name="batch.csv"):
    (folder / "geo").mkdir(parents=True, exist_ok=True)
    (folder / "geo" / "lih.xyz").write_text(LIH)
    (folder / name).write_text(text)
    return folder / name


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with molpipe_up(tmp_path_factory.mktemp("service"), "--workers", "2") as running:
        yield running


@pytest.fixture
def batch(tmp_path):
    return write(tmp_path, CSV)


def api(service, path, **body):
    answer = httpx.post(
        f"{service.url}/api/{path}", json=body, auth=("user", CANARY), timeout=ANSWER_SECONDS
    )
    assert answer.is_success, answer.text
    return answer.json()


def runs_called(service, name):
    wanted = {"flow_runs": {"name": {"any_": [name]}}}
    return api(service, "flow_runs/filter", **wanted)


def wait_for(condition, seconds=180.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.2)
    return found


def table(text):
    """The energies and verdicts as they were printed, without times."""
    lines = text.splitlines()
    begin = next(number for number, line in enumerate(lines) if "VQE [Ha]" in line)
    end = next(number for number, line in enumerate(lines) if " computed, " in line)
    return lines[begin:end]


def written(service, name):
    """The results.json of the newest run of this name."""
    found = service.home.glob(f"reports/{name}-*/results.json")
    return json.loads(max(found, key=lambda path: path.stat().st_mtime).read_text())


def vqe_energies(document):
    return [
        row["energies"] and row["energies"]["active"]["vqe"]["value"] for row in document["rows"]
    ]


def test_a_watched_batch_ends_as_it_does_on_this_machine(service, batch, tmp_path):
    sent = service.molpipe("submit", batch, *CHEAP, "--watch")
    here = subprocess.run(
        [COMMAND, "run", batch, *CHEAP, "--out", "out", "--database", "own.db"],
        cwd=tmp_path,
        env=clean_environment() | {"PREFECT_API_URL": f"{service.url}/api"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (sent.returncode, here.returncode) == (1, 1), sent.stderr + here.stderr
    assert table(sent.stdout) == table(here.stdout)
    ours, theirs = (
        written(service, "batch"),
        json.loads((tmp_path / "out/results.json").read_text()),
    )
    assert vqe_energies(ours) == pytest.approx(vqe_energies(theirs), abs=VARIATIONAL)
    assert [row["status"] for row in ours["rows"]] == ["ok", "refused", "ok"]
    assert str(service.home / "reports") in sent.stdout


def test_circuits_on_their_own_pool_are_one_run_with_the_same_energies(service, tmp_path):
    """On the rows that were good before."""
    batch = write(tmp_path, "".join(line for line in CSV.splitlines(True) if "five" not in line))
    options = (*CHEAP, "--pool", "quantum", "--force", "--name", "routed", "--watch")
    sent = service.molpipe("submit", batch, *options)
    assert sent.returncode == 0, sent.stderr
    (circuits,) = runs_called(service, "circuits of routed")
    assert (circuits["state_type"], circuits["work_pool_name"]) == ("COMPLETED", "quantum")
    assert set(circuits["parameters"]) == {"orders"}, "handed over by content key"
    plain = [energy for energy in vqe_energies(written(service, "batch")) if energy is not None]
    assert vqe_energies(written(service, "routed")) == pytest.approx(plain, abs=VARIATIONAL)


def test_a_file_that_is_not_there_is_one_line(service, tmp_path):
    lost = service.molpipe("submit", tmp_path / "nowhere.csv", "--watch")
    assert lost.returncode == 2
    assert len(lost.stderr.splitlines()) == 1


def test_a_stored_batch_that_is_gone_fails_the_run_with_the_reason(service):
    deployment = httpx.get(
        f"{service.url}/api/deployments/name/molecule-batch/molecule-batch", timeout=ANSWER_SECONDS
    ).json()
    create = f"deployments/{deployment['id']}/create_flow_run"
    state = {"type": "SCHEDULED"}
    gone = {"request": {"stored_batch": "f" * 64, "name": "gone"}}
    api(service, create, name="gone", state=state, parameters=gone)
    (run,) = wait_for(
        lambda: [run for run in runs_called(service, "gone") if run["state_type"] == "FAILED"]
    )
    assert "no stored batch is called" in run["state"]["message"]
    assert "molpipe submit" in run["state"]["message"]
    listed = service.molpipe("status")
    assert "no stored batch is called" in " ".join(listed.stdout.split())

    wrong = {"request": {"smiles": "C", "database": "/etc/passwd"}}
    refused = httpx.post(
        f"{service.url}/api/{create}",
        json={"state": state, "parameters": wrong},
        timeout=ANSWER_SECONDS,
    )
    assert refused.status_code == 409
    assert "database" in refused.text


def statuses(service, run):
    with open_store(service.home / "molpipe.db", environment={}) as store:
        summary = store.find_run(run["id"].replace("-", ""))
    return summary.statuses if summary else {}


def in_the_middle(service, name):
    """The run with this name, its first row answered, its second in the middle of C code."""
    (run,) = wait_for(lambda: runs_called(service, name))
    wait_for(lambda: statuses(service, run) == {"ok": 1} and service.calculating(COMPUTING))
    return run


def test_a_cancelled_run_stops_its_calculation(service, tmp_path):
    batch = write(tmp_path, LONG, "long.csv")
    assert service.molpipe("submit", batch, *MINUTES).returncode == 0
    run = in_the_middle(service, "long")
    began = time.monotonic()
    command = subprocess.Popen([COMMAND, "cancel", run["id"][:8], "--home", service.home])
    wait_for(lambda: not service.calculating(COMPUTING), STOPPED_SECONDS)
    assert time.monotonic() - began < STOPPED_SECONDS
    assert command.wait(60) == 0
    (run,) = runs_called(service, "long")
    assert run["state_type"] == "CANCELLED"
    assert statuses(service, run) == {"ok": 1, "cancelled": 1}
    rows = written(service, "long")["rows"]
    assert [row["status"] for row in rows] == ["ok", "cancelled"]
    assert list(service.home.glob("reports/long-*/report.html"))


def everything(folder):
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()


def test_with_a_password_and_stopped_in_the_middle(tmp_path, monkeypatch):
    """Open to others, it answers who has the password; stopped, it goes on where it was."""
    home, auth = tmp_path / "home", f"user:{CANARY}"
    given = clean_environment() | {"PREFECT_SERVER_API_AUTH_STRING": auth}
    client = given | {"PREFECT_API_AUTH_STRING": auth}
    batch = write(tmp_path, LONG, "long.csv")
    monkeypatch.setattr(up, "clean_environment", lambda: client)
    with molpipe_up(home, "--host", "0.0.0.0") as service:
        version = f"{service.url}/api/admin/version"
        assert httpx.get(version).status_code == 401
        assert httpx.get(version, auth=("user", "wrong")).status_code == 401
        assert httpx.get(version, auth=("user", CANARY)).is_success
        events = f"{service.url}/api/events/in".replace("http", "ws")
        with pytest.raises(InvalidStatus, match="403"):
            connect(events)
        monkeypatch.setattr(up, "clean_environment", lambda: given)
        refused = service.molpipe("submit", batch, *MINUTES)
        assert refused.returncode == 2
        assert "PREFECT_API_AUTH_STRING" in refused.stderr
        monkeypatch.setattr(up, "clean_environment", lambda: client)
        assert service.molpipe("submit", batch, *MINUTES).returncode == 0
        in_the_middle(service, "long")
        second = service.molpipe("up")
        assert (second.returncode, service.url in second.stderr) == (2, True)
    assert not (home / "service" / "service.json").exists()
    leaks = [path for path, content in everything(home) if CANARY.encode() in content]
    assert leaks == []
    (document,) = [json.loads(path.read_text()) for path in home.glob("reports/*/results.json")]
    assert [row["status"] for row in document["rows"]] == ["ok", "cancelled"]

    monkeypatch.setattr(up, "clean_environment", clean_environment)
    with molpipe_up(home) as service:
        (run,) = runs_called(service, "long")
        assert run["state_type"] == "CANCELLED"
        assert service.molpipe("submit", batch, *MINUTES, "--name", "again").returncode == 0
        (run,) = runs_called(service, "again")
        wait_for(lambda: statuses(service, run) == {"ok": 1})
        assert service.molpipe("cancel", "again").returncode == 0
        hydrogen, benzene = written(service, "again")["rows"]
        assert (hydrogen["status"], hydrogen["reused"]) == ("ok", True)
        assert benzene["status"] == "cancelled"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--nightly", "0 0 31 2 *"], "'0 0 31 2 *' would never fire"),
        (["--timezone", "Mars/Olympus"], "no time zone 'Mars/Olympus'"),
        (["--port", "PORT"], "the server cannot listen on 127.0.0.1"),
        (["--home", "file/home"], "the service cannot use file/home"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(service, tmp_path, options, said):
    (tmp_path / "file").write_text("")
    port = service.url.rpartition(":")[2]
    found = subprocess.run(
        [COMMAND, "up", *(option.replace("PORT", port) for option in options)],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 2
    assert said in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_service_keeps_its_files_to_itself(service):
    assert (service.home / "service").stat().st_mode & 0o077 == 0
    assert not list((service.home / "service" / "prefect").glob("storage/*"))
