"""A store on a fresh database, with a clock that moves one minute each time it is read."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from molpipe.store import RunStart, open_store

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    return tmp_path / "runs" / "molpipe.db"


@pytest.fixture
def store(database):
    minutes = count()
    with open_store(
        database, environment={}, now=lambda: NOON + timedelta(minutes=next(minutes))
    ) as opened:
        yield opened


@pytest.fixture
def run_start():
    return RunStart(
        id="pilot-1",
        name="pilot",
        source="pilot.csv",
        source_sha256="ab" * 32,
        columns={"name": "text", "smiles": "SMILES"},
        n_rows=3,
        started=NOON,
        settings={"basis": "sto-3g", "limits": {"seconds": 60.0}},
        versions={"molpipe": "0.1.0", "python": "3.11"},
    )
