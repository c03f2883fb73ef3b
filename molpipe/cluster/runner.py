"""How a user names what runs the calculations: ``local`` or ``dask:ADDRESS``."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

from molpipe.errors import InvalidSettings

LOCAL: Final = "local"
AT_MOST: Final = 64
"""Calculations of one run at once on a cluster, where nobody says how many."""

SCHEMES: Final = ("tcp", "tls")
EXAMPLE: Final = "dask:tcp://host:8786"


def dask_address(runner: str) -> str | None:
    """The address of the Dask scheduler that a runner names, ``tcp`` by default; None for local.

    Raises:
        InvalidSettings: BAD_RUNNER.
    """
    if runner == LOCAL:
        return None
    kind, _, address = runner.partition(":")
    if kind != "dask":
        raise _unusable(runner, f"it is not {LOCAL} and does not begin with dask:")
    url = address if "://" in address else f"tcp://{address}"
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise _unusable(runner, str(error)) from None
    if scheme not in SCHEMES:
        raise _unusable(runner, f"{scheme}:// is not one of {', '.join(SCHEMES)}")
    if not host or not port:
        raise _unusable(runner, "host or port is missing")
    return url


def check_runner(runner: str) -> None:
    """Connect once to the cluster that is named, before anything is computed.

    Raises:
        InvalidSettings: BAD_RUNNER.
        BackendUnavailable: the cluster cannot be used.
    """
    address = dask_address(runner)
    if address is not None:
        from molpipe.cluster.workers import ClusterWorkers  # noqa: PLC0415

        with ClusterWorkers(address, threads=1):
            pass


def default_workers(runner: str) -> int:
    """Calculations of one run at once: one a core, or on a cluster what its threads allow."""
    return (os.cpu_count() or 1) if runner == LOCAL else AT_MOST


def _unusable(runner: str, why: str) -> InvalidSettings:
    return InvalidSettings(
        f"the runner {runner!r} names nothing: {why}",
        hint=f"say {LOCAL} or, for a Dask cluster, {EXAMPLE}",
        code="BAD_RUNNER",
    )
