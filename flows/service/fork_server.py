"""The process that loads the engines once for all runs of a service, and forks their children."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flows.service.config import ServiceConfig
from flows.service.process import ServiceProcess
from molpipe.cluster import LOCAL
from molpipe.limits.forking import MODULE, VARIABLE
from molpipe.stages import ENGINES


def with_fork_server(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of workers that are to use one, by a name that nobody else has."""
    return {**environment, VARIABLE: f"molpipe-{uuid.uuid4().hex}"}


def fork_servers(config: ServiceConfig, environment: Mapping[str, str]) -> list[ServiceProcess]:
    """The one that such an environment names, not yet started; none where a cluster computes."""
    if config.runner != LOCAL:
        return []
    server = ServiceProcess(
        name="fork server",
        module=MODULE,
        arguments=("--at", environment[VARIABLE], "--load", ENGINES),
        environment=environment,
        log=config.service / "logs" / "fork-server.log",
    )
    return [server]
