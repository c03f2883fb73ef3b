"""A worker of one pool as a process: ``python -m flows.service.worker POOL RUNS PARENT``."""

from __future__ import annotations

import sys

import anyio
from prefect.workers.process import ProcessWorker

from molpipe.limits.child import die_with

if __name__ == "__main__":
    pool, runs, parent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    die_with(parent)
    worker = ProcessWorker(work_pool_name=pool, name=f"molpipe {pool}", limit=runs)
    anyio.run(worker.start)
