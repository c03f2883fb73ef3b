"""What `molpipe up` refuses before anything starts."""

from __future__ import annotations

import os
import socket
import stat

import pytest

from flows.service.config import (
    AUTH_VARIABLE,
    ServiceConfig,
    check,
    check_port,
    is_loopback,
    make_folders,
)
from molpipe.errors import InputError, StoreError


@pytest.fixture
def config(tmp_path):
    return lambda **given: ServiceConfig(**{"home": tmp_path / "home"} | given)


def refused(config, environment=None):
    with pytest.raises(InputError) as caught:
        check(config, environment or {})
    assert caught.value.hint
    assert "\n" not in caught.value.line
    return caught.value


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_no_password(config, host):
    assert is_loopback(host)
    check(config(host=host), {})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "lab.example", "1.2.3.4.5", ""])
def test_another_host_needs_one(config, host):
    assert not is_loopback(host)
    assert refused(config(host=host)).code == "OPEN_HOST"
    assert refused(config(host=host), {AUTH_VARIABLE: ""}).code == "OPEN_HOST"
    check(config(host=host), {AUTH_VARIABLE: "user:password"})


@pytest.mark.parametrize("auth", ["secret", ":secret", "secret:", ":"])
def test_a_password_has_a_user_and_is_not_shown(config, auth):
    error = refused(config(), {AUTH_VARIABLE: auth})
    assert error.code == "BAD_AUTH"
    assert "secret" not in error.line


def test_what_the_service_keeps_is_for_its_owner_alone(config, tmp_path):
    (tmp_path / "home" / "service").mkdir(parents=True, mode=0o755)
    make_folders(config())
    assert (tmp_path / "home" / "inbox").is_dir()
    assert stat.S_IMODE((tmp_path / "home" / "service").stat().st_mode) == 0o700


def test_a_home_that_cannot_be_made_is_named(config, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=f"{tmp_path}/file/home: Not a directory") as caught:
        make_folders(config(home=tmp_path / "file" / "home"))
    assert caught.value.code == "BAD_HOME"


@pytest.mark.parametrize(
    ("place", "option"),
    [("home", "--home"), ("home/service", "--home"), ("inbox", "--inbox")],
)
def test_a_folder_that_cannot_be_written_is_named(config, tmp_path, place, option, monkeypatch):
    """The root of a container may write everywhere, so the question is answered for it."""
    closed = tmp_path / place
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed)
    with pytest.raises(InputError, match=f"{closed}: it cannot be written") as caught:
        make_folders(config(inbox=tmp_path / "inbox"))
    assert (caught.value.code, caught.value.hint) == ("BAD_HOME", f"name another {option}")


def test_an_inbox_that_cannot_be_made_is_to_be_named_by_its_option(config, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=f"{tmp_path}/file/inbox: Not a directory") as caught:
        make_folders(config(inbox=tmp_path / "file" / "inbox"))
    assert caught.value.hint == "name another --inbox"


def test_the_usual_inbox_lies_in_the_home(config, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "inbox").write_text("")
    with pytest.raises(InputError) as caught:
        make_folders(config())
    assert caught.value.hint == "name another --home"


@pytest.mark.parametrize("url", ["lab.example", "ftp://lab.example", "javascript:alert(1)"])
def test_a_public_address_is_one_of_the_web(config, url):
    assert refused(config(public_url=url)).code == "BAD_URL"


def test_a_port_in_use_is_named(config):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=f"127.0.0.1:{port}: Address already in use") as caught:
            check_port(config(port=port))
    assert caught.value.code == "BAD_PORT"
    check_port(config(port=port))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1", "a" * 300])
def test_a_host_that_is_not_ours_is_named(config, host):
    with pytest.raises(InputError, match="the server cannot listen on"):
        check_port(config(host=host, port=4399))


@pytest.mark.parametrize(
    ("given", "address", "ui"),
    [
        ({}, "http://127.0.0.1:4200", "http://127.0.0.1:4200"),
        ({"host": "::1", "port": 80}, "http://[::1]:80", "http://[::1]:80"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:4200", "http://127.0.0.1:4200"),
        ({"public_url": "https://lab.example/"}, "http://127.0.0.1:4200", "https://lab.example"),
    ],
)
def test_where_programs_and_browsers_reach_it(config, given, address, ui):
    assert (config(**given).address, config(**given).ui) == (address, ui)


def test_the_database_lies_in_the_home_unless_it_is_named(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inside = f"sqlite:///{tmp_path}/home/molpipe.db"
    assert config().database_url({}) == inside
    assert config(home=tmp_path / "home").database_url({}) == inside
    assert config(database="mine.db").database_url({}) == f"sqlite:///{tmp_path}/mine.db"
    named = {"MOLPIPE_DATABASE": "theirs.db"}
    assert config().database_url(named) == f"sqlite:///{tmp_path}/theirs.db"
    assert config(database="mine.db").database_url(named) == f"sqlite:///{tmp_path}/mine.db"


def test_a_workers_url_has_its_password(config):
    """This one is for the environment of workers; what is shown hides it."""
    url = config(database="postgresql://me:secret@db/results").database_url({})
    assert url == "postgresql+psycopg://me:secret@db/results"


def test_an_unknown_database_is_refused(config):
    with pytest.raises(StoreError):
        config(database="mysql://db/results").database_url({})
