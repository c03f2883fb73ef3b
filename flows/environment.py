"""Prefect's settings, before Prefect is imported: local, quiet, patient with a first start."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Final

from flows.service.config import AUTH_VARIABLE, ServiceConfig
from molpipe.limits.child import THREAD_VARIABLES

UI_VARIABLE: Final = "PREFECT_SERVER_UI_API_URL"
"""Where the pages of the UI find the API."""

_OFFLINE: Final = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

_MANY_TASKS: Final = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
}
"""Prefect's server writes every state of a task run by itself, for more than half of its time."""

_WITHOUT_PAGES: Final = {
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}
"""The embedded server has no feed of events and no automations."""

_DEFAULTS: Final = {
    **_OFFLINE,
    **_MANY_TASKS,
    **_WITHOUT_PAGES,
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}

_KEPT: Final = (
    AUTH_VARIABLE,
    "PREFECT_API_AUTH_STRING",
    "PREFECT_API_DATABASE_CONNECTION_URL",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
)
"""What a platform engineer may have set for Prefect and the service leaves alone."""


def prepare(environment: MutableMapping[str, str]) -> None:
    """Set what nobody has set yet; what stands in the environment already wins."""
    for name, value in _DEFAULTS.items():
        environment.setdefault(name, value)


def client_environment(config: ServiceConfig, given: Mapping[str, str]) -> dict[str, str]:
    """For a process that talks to the service's server."""
    kept = {
        name: value
        for name, value in given.items()
        if name in _KEPT or not name.startswith("PREFECT_")
    }
    auth = {"PREFECT_API_AUTH_STRING": given[AUTH_VARIABLE]} if given.get(AUTH_VARIABLE) else {}
    return {
        **kept,
        **_OFFLINE,
        **auth,
        "PREFECT_HOME": str(config.service.absolute() / "prefect"),
        "PREFECT_API_URL": f"{config.address}/api",
        "PREFECT_UI_URL": config.ui,
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    }


def server_environment(config: ServiceConfig, given: Mapping[str, str]) -> dict[str, str]:
    """For the server; it tells the pages of the UI where the API is."""
    return {
        **client_environment(config, given),
        **_MANY_TASKS,
        "PREFECT_UI_API_URL": f"{config.ui}/api",
        UI_VARIABLE: f"{config.ui}/api",
        "PREFECT_UI_ENABLED": "1",
        "PREFECT_API_LOG_RETRYABLE_ERRORS": "true",
    }


def worker_environment(config: ServiceConfig, given: Mapping[str, str]) -> dict[str, str]:
    """For a worker and the runs that it starts, one BLAS thread each."""
    return {
        **client_environment(config, given),
        **dict.fromkeys(THREAD_VARIABLES, "1"),
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_TO_API_ENABLED": "true",
        "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "WARNING",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "molpipe,py.warnings",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_WORKER_QUERY_SECONDS": "3",
        "MOLPIPE_HOME": str(config.home.absolute()),
        "MOLPIPE_INBOX": str(config.inbox_folder.absolute()),
        "MOLPIPE_DATABASE": config.database_url(given),
        "MOLPIPE_RUNNER": config.runner,
        "MOLPIPE_WORKERS": str(config.workers),
        "MOLPIPE_RUNS": str(config.runs),
        "PYTHONUNBUFFERED": "1",
    }
