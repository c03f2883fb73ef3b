"""One cluster of two workers for all tests of the package."""

from __future__ import annotations

import pytest

from molpipe.cluster.workers import ClusterWorkers
from tests.dask_cluster import dask_cluster


@pytest.fixture(scope="package")
def cluster(tmp_path_factory):
    with dask_cluster(tmp_path_factory.mktemp("dask"), workers=2) as one:
        yield one


@pytest.fixture
def workers(cluster):
    with ClusterWorkers(cluster.address, threads=1) as some:
        yield some
