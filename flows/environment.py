"""Prefect's settings, before Prefect is imported: local, quiet, patient with a first start."""

from __future__ import annotations

from collections.abc import MutableMapping

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}


def prepare(environment: MutableMapping[str, str]) -> None:
    """Set what nobody has set yet; what stands in the environment already wins."""
    for name, value in _DEFAULTS.items():
        environment.setdefault(name, value)
