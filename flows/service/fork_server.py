"""The process that loads the engines once for all runs of a service, and forks their children."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Mapping

from flows.place import EARLY
from flows.service.config import ServiceConfig
from flows.service.process import ServiceProcess
from molpipe.cluster import LOCAL
from molpipe.limits.forking import MODULE, VARIABLE, loading


def with_fork_server(config: ServiceConfig, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of workers that are to use one, by a name that nobody else has.

    There is none where a cluster computes, nor off Linux.
    """
    others = {name: value for name, value in environment.items() if name != VARIABLE}
    if config.runner != LOCAL or sys.platform != "linux":
        return others
    return {**others, VARIABLE: f"molpipe-{uuid.uuid4().hex}"}


def fork_servers(config: ServiceConfig, environment: Mapping[str, str]) -> list[ServiceProcess]:
    """The one that such an environment names, if any; it is not yet started."""
    if VARIABLE not in environment:
        return []
    server = ServiceProcess(
        name="fork server",
        module=MODULE,
        arguments=("--at", environment[VARIABLE], *loading(EARLY)),
        environment=environment,
        log=config.service / "logs" / "fork-server.log",
    )
    return [server]
