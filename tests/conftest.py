"""Settings of the whole suite."""

import os

import pytest
from hypothesis import settings

for library in ("OMP", "OPENBLAS", "MKL"):  # before numpy is imported; more threads are slower
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

settings.register_profile("molpipe", deadline=None)  # a busy machine is no failure
settings.load_profile("molpipe")


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server with no database yet."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is an extra: make peers")
    from tests.postgresql import binaries, running  # noqa: PLC0415

    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    with running(found) as server:
        yield server
