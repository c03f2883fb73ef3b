"""A batch in our own process, with a Prefect server that lives as long as it does."""

from __future__ import annotations

from typing import cast

from flows.molecule_batch import Answered, molecule_batch
from flows.place import Place, running_at
from flows.request import BatchRequest
from flows.server.ephemeral import prefect_server
from molpipe.model.document import Results


def run_here(request: BatchRequest, place: Place) -> Results:
    """Run the flow here and now.

    Raises:
        InputError: the batch cannot be read, its reactions do not fit it, or the folder of the
            results cannot be written.
        StoreError: the result database cannot be used.
        BackendUnavailable: Prefect's embedded server does not start.
    """
    place.load_early(threads=request.settings.limits.threads)
    with prefect_server(), running_at(place):
        answered = cast(Answered, molecule_batch(request))  # Prefect unpacks the state
    return answered.results
