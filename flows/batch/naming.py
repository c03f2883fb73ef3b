"""What a run is called."""

from __future__ import annotations

import os
from contextlib import suppress

import httpx
from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectException

from flows.request import MAX_TITLE, BatchRequest
from molpipe.store import open_store


def named(request: BatchRequest, database: str | None) -> BatchRequest:
    """The request, called by the name of its stored batch where it gives only the key of that."""
    wanted = request.stored_batch.strip()
    if request.name or not wanted:
        return request
    with open_store(database, environment=os.environ) as store:
        found = store.find_batch(wanted)
    if found is None or found.name == wanted:
        return request
    return request.model_copy(update={"name": found.name[:MAX_TITLE]})


def rename_run(title: str) -> None:
    """Call this flow run ``title`` in the UI as well, if the server takes it."""
    with suppress(httpx.HTTPError, PrefectException):
        get_client(sync_client=True).update_flow_run(runtime.flow_run.id, name=title)
