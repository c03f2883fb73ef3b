"""How the service is to run, checked before anything starts."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from molpipe.cluster import LOCAL
from molpipe.errors import InputError
from molpipe.store.database import database_url

AUTH_VARIABLE = "PREFECT_SERVER_API_AUTH_STRING"
OURS_ALONE = 0o700


@dataclass(frozen=True, kw_only=True)
class ServiceConfig:
    """What ``molpipe up`` is asked for.

    Args:
        home: folder of everything that the service writes.
        host, port: where the server listens.
        database: result database, a path or a URL; None for one in ``home``.
        runner: where calculations run, ``local`` or ``dask:ADDRESS``.
        workers: calculations that one run may do at once.
        runs: batches that run at once.
        inbox: folder that nightly-pilot looks into; None for one in ``home``.
        public_url: where a browser reaches the server, if not at host and port.
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = 4200
    database: str | None = None
    runner: str = LOCAL
    workers: int = 1
    runs: int = 2
    inbox: Path | None = None
    public_url: str | None = None

    @property
    def service(self) -> Path:
        """Folder of what the service itself needs: Prefect's home, logs, its state."""
        return self.home / "service"

    @property
    def address(self) -> str:
        """Where this machine reaches the server."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def ui(self) -> str:
        """Where a browser reaches the server."""
        return (self.public_url or self.address).rstrip("/")

    @property
    def inbox_folder(self) -> Path:
        """Folder that nightly-pilot looks into."""
        return self.inbox or self.home / "inbox"

    def database_url(self, environment: Mapping[str, str]) -> str:
        """URL of the result database, with its password, its path absolute."""
        url = database_url(self._database(environment), environment)
        path = url.database or ""
        if url.get_backend_name() == "sqlite" and path and not path.startswith("file:"):
            url = url.set(database=str(Path(path).absolute()))
        return url.render_as_string(hide_password=False)

    def _database(self, environment: Mapping[str, str]) -> str | None:
        if self.database or environment.get("MOLPIPE_DATABASE"):
            return self.database
        return str(self.home / "molpipe.db")


def check(config: ServiceConfig, environment: Mapping[str, str]) -> None:
    """Refuse a host without authentication, and what is no address of a browser.

    Raises:
        InputError: OPEN_HOST, BAD_AUTH or BAD_URL.
    """
    auth = environment.get(AUTH_VARIABLE, "")
    if not auth and not is_loopback(config.host):
        raise InputError(
            f"the server would answer anybody who reaches {config.host}",
            hint=f"set {AUTH_VARIABLE}=user:password first, or leave --host out: docs/security.md",
            code="OPEN_HOST",
        )
    if auth and not all(auth.partition(":")):
        raise InputError(
            f"{AUTH_VARIABLE} is not user:password", hint="set both of them", code="BAD_AUTH"
        )
    if config.public_url and urlsplit(config.public_url).scheme not in ("http", "https"):
        raise InputError(
            f"the public URL {config.public_url!r} does not begin with http:// or https://",
            hint="name the address at which browsers reach the server",
            code="BAD_URL",
        )


def make_folders(config: ServiceConfig) -> None:
    """Make the folders of the service; what Prefect keeps is for their owner alone.

    Raises:
        InputError: BAD_HOME, one of them cannot be made or written.
    """
    for folder in (config.home, config.service, config.inbox_folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(config, folder, error.strerror or str(error)) from None
        if not os.access(folder, os.W_OK):
            raise _unusable(config, folder, "it cannot be written")
    config.service.chmod(OURS_ALONE)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server on ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_port(config: ServiceConfig) -> None:
    """Refuse a port that somebody else listens on.

    Raises:
        InputError: BAD_PORT.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((config.host, config.port))
    except (OSError, OverflowError) as error:
        raise InputError(
            f"the server cannot listen on {config.host}:{config.port}: "
            f"{getattr(error, 'strerror', None) or error}",
            hint="name another port with --port",
            code="BAD_PORT",
        ) from None


def _unusable(config: ServiceConfig, folder: Path, why: str) -> InputError:
    option = "--inbox" if folder == config.inbox else "--home"
    return InputError(
        f"the service cannot use {folder}: {why}", hint=f"name another {option}", code="BAD_HOME"
    )
