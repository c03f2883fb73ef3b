"""Settings of the whole suite."""

import os

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

for library in ("OMP", "OPENBLAS", "MKL"):  # before numpy is imported; more threads are slower
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

settings.register_profile("molpipe", deadline=None)  # a busy machine is no failure
settings.load_profile("molpipe")

FLOWS = "tests/flows/"


class OneServer(LoadFileScheduling):
    """File by file, as ``--dist loadfile`` does; but what needs a Prefect server goes to one
    process, because such a server takes longer to start than most of its tests.
    """

    def _split_scope(self, nodeid: str) -> str:
        return FLOWS if nodeid.startswith(FLOWS) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config, log):
    """Our way to share the tests out, where they are shared out by file."""
    return OneServer(config, log) if config.getvalue("dist") == "loadfile" else None


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
