"""The embedded server, which the flow tests share; how it dies stands in tests/reliability."""

from __future__ import annotations

import httpx
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)

from flows.server.ephemeral import prefect_server


def test_it_is_where_flows_report_to_and_nobody_waits_for_heartbeats(prefect_home):
    assert PREFECT_API_URL.value() == prefect_home
    assert httpx.get(f"{prefect_home}/health").json() is True
    assert PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() is None


def test_a_server_that_is_configured_stays_and_so_do_its_heartbeats():
    theirs = {PREFECT_API_URL: "http://elsewhere/api", PREFECT_FLOWS_HEARTBEAT_FREQUENCY: 30}
    with temporary_settings(theirs), prefect_server() as address:
        assert address == "http://elsewhere/api"
        assert PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() == 30
