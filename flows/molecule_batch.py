"""The flow: a batch of molecules in, an answered row for each of them out."""

from __future__ import annotations

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.batch.naming import named, rename_run
from flows.batch.run import run_batch
from flows.place import current_place, end_with_worker, speak_up
from flows.request import BatchRequest
from molpipe.errors import MolpipeError
from molpipe.model.document import Results
from molpipe.report.words import counts

NOTHING = BatchRequest()


class Answered:
    """Hands results back past Prefect, which walks through whatever it can read in a state."""

    def __init__(self, results: Results) -> None:
        self.results = results


@flow(
    name="molecule-batch",
    flow_run_name="{request.title}",
    persist_result=False,  # Prefect would pickle it; the result database has it
)
def molecule_batch(request: BatchRequest = NOTHING) -> State[Answered]:
    """Compute a batch; rows that fail are rows with a failure, never a failed flow.

    Args:
        request: the molecules, and how to compute them.
    """
    end_with_worker()
    run_id = str(runtime.flow_run.id).replace("-", "")
    place = current_place(request.title, run_id)
    if place.has_ui:
        speak_up()
    try:
        called = named(request, place.database)
        if called is not request:
            rename_run(called.title)
            request, place = called, current_place(called.title, run_id)
        results = run_batch(request, place, run_id)
    except MolpipeError as error:
        return Failed(message=error.line, data=error)
    return Completed(message=counts(results.rows), data=Answered(results))
