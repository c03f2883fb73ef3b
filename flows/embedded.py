"""The embedded Prefect server as a process: ``python -m flows.embedded PORT PARENT``."""

from __future__ import annotations

import sys

import uvicorn

from molpipe.limits.child import die_with

if __name__ == "__main__":
    port, parent = int(sys.argv[1]), int(sys.argv[2])
    die_with(parent)
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=port,
        log_level="error",
    )
