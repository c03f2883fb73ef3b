"""A worker of one pool as a process.

``python -m flows.service.worker POOL RUNS NAME [QUEUE ...] PARENT``; without a queue it takes
runs from all of them.
"""

from __future__ import annotations

import abc
import os
import signal
import sys

import anyio
from prefect.client.schemas.responses import WorkerFlowRunResponse
from prefect.workers.process import ProcessWorker

from flows.batch.shares import may_take
from flows.place import PARENT_VARIABLE
from flows.service.process import REST
from molpipe.limits.child import die_with


class Worker(ProcessWorker, abc.ABC):
    """Leaves the runs alone whose tags say so.

    Prefect keeps a register of workers by the type of their pools, without abstract ones:
    ``ABC`` leaves its own worker there.
    """

    takes_runs = True

    def rest(self, *_: object) -> None:
        """Take no more runs."""
        self.takes_runs = False

    async def _get_scheduled_flow_runs(self) -> list[WorkerFlowRunResponse]:
        """Prefect has no public place to choose among the runs that wait."""
        if not self.takes_runs:
            return []
        waiting = await super()._get_scheduled_flow_runs()
        return [found for found in waiting if may_take(self.name, found.flow_run.tags)]


if __name__ == "__main__":
    pool, runs, name, *queues, parent = sys.argv[1:]
    die_with(int(parent))
    os.environ[PARENT_VARIABLE] = str(os.getpid())
    worker = Worker(work_pool_name=pool, name=name, limit=int(runs), work_queues=queues)
    signal.signal(REST, worker.rest)
    anyio.run(worker.start)
