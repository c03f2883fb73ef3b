"""One Prefect server for all flow tests, in a home of its own."""

from __future__ import annotations

import os

import pytest

from flows.environment import prepare


@pytest.fixture(scope="session", autouse=True)
def prefect_home(tmp_path_factory):
    """An embedded server on an empty database, as on a fresh machine."""
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    prepare(os.environ)
    from flows.server.ephemeral import prefect_server  # noqa: PLC0415  (Prefect reads its settings once)

    with prefect_server() as address:
        yield address
