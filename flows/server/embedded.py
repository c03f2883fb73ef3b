"""A Prefect server that ends with us: ``python -m flows.server.embedded HOST PORT PARENT``."""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
from functools import partial
from urllib.parse import urlsplit

import uvicorn
from prefect.logging.configuration import setup_logging
from prefect.server.api.server import create_app
from starlette.types import ASGIApp

from flows.environment import UI_VARIABLE
from flows.server.busy import Patient
from flows.server.many_rows import send_rows_as_parameters
from flows.server.same_site import LOOPBACK, SameSite
from flows.service.config import is_loopback
from molpipe.limits.child import die_with


def app(host: str, ui: str) -> ASGIApp:
    """Prefect's server, patient with a database that is busy.

    Args:
        host: where it listens; on loopback, pages of other sites are refused. Elsewhere it has a
            password, which a browser gives to its own pages only.
        ui: address at which a browser reaches it.
    """
    setup_logging()
    send_rows_as_parameters()
    server = Patient(create_app())
    gc.freeze()  # what is loaded by now stays: the collector need not walk through it
    if not is_loopback(host):
        return server
    return SameSite(server, {*LOOPBACK, host, urlsplit(ui).hostname or host})


if __name__ == "__main__":
    host, port, parent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    die_with(parent)
    faulthandler.enable()  # who ends it because it hangs learns where
    made = partial(app, host, os.environ.get(UI_VARIABLE, ""))
    uvicorn.run(made, factory=True, host=host, port=port, log_level="error")
