"""Finding a service: by its home, or as the environment says."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from flows.service.state import read, write
from molpipe.cli.service import connect
from molpipe.errors import BackendUnavailable, InputError

HOME = Path("home")


def change(**changes):
    folder = HOME / "service"
    write(folder, replace(read(folder), **changes))


def test_the_service_of_a_home_is_found(service, tmp_path):
    address = connect(HOME, None)
    assert address.ui == "http://127.0.0.1:4399"
    assert address.database == f"sqlite:///{tmp_path}/home/molpipe.db"
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:4399/api"
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_what_the_environment_says_wins(service, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.lab.example/api")
    address = connect(HOME, None)
    assert (address.ui, address.database) == ("https://prefect.lab.example", None)
    monkeypatch.setenv("MOLPIPE_DATABASE", "postgresql://db/results")
    assert connect(HOME, None).database == "postgresql://db/results"
    assert connect(HOME, "mine.db").database == "mine.db"


def test_where_no_service_runs_is_said(service):
    with pytest.raises(BackendUnavailable, match="no service runs in nowhere") as caught:
        connect(Path("nowhere"), None)
    assert "molpipe up" in caught.value.hint


def test_a_database_with_a_password_has_to_be_named(service, monkeypatch):
    change(database=None)
    with pytest.raises(InputError) as caught:
        connect(HOME, None)
    assert caught.value.code == "NO_DATABASE"
    assert connect(HOME, None, needs_database=False).database is None
    monkeypatch.setenv("MOLPIPE_DATABASE", "postgresql://me:secret@db/results")
    assert connect(HOME, None).database == "postgresql://me:secret@db/results"


@pytest.mark.parametrize(
    ("used", "named"),
    [
        ("sqlite:///{}/home/molpipe.db", "mine.db"),
        ("sqlite:///{}/home/molpipe.db", "postgresql://me:canary@db/results"),
        ("postgresql+psycopg://me@db/results", "postgresql://me:canary@db/others"),
        ("postgresql+psycopg://me@db/results", "postgresql://me@elsewhere/results"),
        ("postgresql+psycopg://me@db/results", "postgresql://me@db:5433/results"),
    ],
)
def test_another_database_than_that_of_the_service_is_refused(
    service, tmp_path, monkeypatch, used, named
):
    change(database=used.format(tmp_path))
    monkeypatch.setenv("MOLPIPE_DATABASE", named)
    with pytest.raises(InputError, match="the service uses the result database") as caught:
        connect(HOME, None)
    assert caught.value.code == "OTHER_DATABASE"
    assert caught.value.hint == "leave --database and MOLPIPE_DATABASE out"
    assert "canary" not in caught.value.line
    connect(HOME, None, needs_database=False)


@pytest.mark.parametrize(
    ("used", "named"),
    [
        ("sqlite:///{}/home/molpipe.db", "home/molpipe.db"),
        ("sqlite:///{}/home/molpipe.db", "home/../link/molpipe.db"),
        ("sqlite:///{}/home/molpipe.db", "sqlite:///home/molpipe.db"),
        ("postgresql+psycopg://me@db/results", "postgresql://you:secret@db:5432/results"),
        ("postgresql+psycopg://me@db/results", "postgres://me@db/results?sslmode=require"),
        ("postgresql+psycopg://me@localhost/me", "postgresql://me@127.0.0.1"),
        ("postgresql+psycopg://me@/results?host=/sock", "postgresql:///results?host=/sock"),
    ],
)
def test_the_same_database_may_be_named_otherwise(service, tmp_path, used, named):
    (tmp_path / "link").symlink_to(tmp_path / "home")
    change(database=used.format(tmp_path))
    assert connect(HOME, named).database == named
