"""A service for the tests of its commands: its file in a home, and answers in place of Prefect."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import ModuleType
from unittest.mock import patch

import pytest

import flows
import molpipe.cli  # noqa: F401  # its commands are functions, their modules in sys.modules
from flows.service.state import Running, write
from molpipe.errors import InputError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RUN_ID = "0123456789abcdef" * 2


@dataclass(frozen=True, kw_only=True)
class FakeRun:
    """As :class:`flows.client.Run`."""

    id: str = RUN_ID
    name: str = "batch"
    is_scheduled: bool = False
    state: str = "completed"
    message: str = ""
    started: datetime | None = NOW
    seconds: float = 12.0

    @property
    def is_over(self):
        return self.state not in ("scheduled", "running")


@dataclass
class Service:
    """What Prefect would say, and what it was asked."""

    home: str
    submitted: list = field(default_factory=list)
    runs: list = field(default_factory=list)
    workers: dict = field(default_factory=lambda: {"cpu": 1, "quantum": 1})
    later: FakeRun = FakeRun()
    """How a submitted run is found when one looks again."""
    on_read: object = None
    stopped: list = field(default_factory=list)
    left: list = field(default_factory=list)

    def submit(self, request):
        self.submitted.append(request)
        return replace(self.later, name=request.title, state="scheduled")

    def read_run(self, run_id):
        assert run_id == RUN_ID
        if self.on_read:
            self.on_read()
        return replace(self.later, name=self.submitted[-1].title)

    def workers_online(self, pool):
        return self.workers[pool]

    def recent(self, limit):
        return self.runs[:limit]

    def cancel(self, wanted):
        if "nobody" in wanted:
            raise InputError("no run is called 'nobody'", hint="molpipe status", code="NO_RUN")
        return self.stopped, self.left


@pytest.fixture
def service(tmp_path, monkeypatch):
    """A service in ``home`` below the folder where the commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home" / "service").mkdir(parents=True)
    write(
        tmp_path / "home" / "service",
        Running(
            pid=os.getpid(),
            api="http://127.0.0.1:4399/api",
            ui="http://127.0.0.1:4399",
            database=f"sqlite:///{tmp_path}/home/molpipe.db",
        ),
    )
    fake = Service(home=str(tmp_path / "home"))
    client = ModuleType("flows.client")
    for name in ("submit", "read_run", "workers_online", "recent", "cancel"):
        setattr(client, name, getattr(fake, name))
    monkeypatch.setitem(sys.modules, "flows.client", client)
    monkeypatch.setattr(flows, "client", client, raising=False)
    monkeypatch.setattr("flows.server.health.check_server", lambda address: None)
    monkeypatch.setattr(sys.modules["molpipe.cli.submit"], "POLL_SECONDS", 0.0)
    with patch.dict(os.environ):
        for name in [name for name in os.environ if name.startswith(("PREFECT_", "MOLPIPE_"))]:
            del os.environ[name]
        yield fake
