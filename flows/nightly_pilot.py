"""The nightly flow: what is new in the inbox is run, each content once."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from flows.inbox.folder import open_inbox
from flows.inbox.round import Line, Round, summary
from flows.molecule_batch import Answered, molecule_batch
from flows.place import current_place, end_with_worker, home
from flows.request import BatchRequest
from molpipe.errors import CorruptRecord, InvariantError, MolpipeError
from molpipe.model.document import Results
from molpipe.model.packed import PackedBatch
from molpipe.model.settings import Settings
from molpipe.report import markdown
from molpipe.store import Store, open_store, utc_now

VARIABLE = "MOLPIPE_INBOX"
DEFAULTS = Settings()
MAX_NAME = 120


def _run_name() -> str:
    return f"inbox on {utc_now().astimezone():%Y-%m-%d %H:%M}"


@flow(name="nightly-pilot", flow_run_name=_run_name, persist_result=False)
def nightly_pilot(
    settings: Settings = DEFAULTS, limit: Annotated[int, Field(ge=1)] = 20
) -> State[list[Line]]:
    """Run what is new in the inbox; a content that was run before is not run again.

    Args:
        settings: For every molecule; a batch may override them row by row.
        limit: New batches in one night. The others wait for the next one.
    """
    end_with_worker()
    lines: list[Line] = []
    try:
        with open_inbox(inbox_folder(os.environ)) as inbox, _open_store() as store:
            if inbox is None:
                return Completed(message="nothing done: another run works in this inbox")
            desk = PrefectDesk(store, settings)
            for line in Round(inbox=inbox, desk=desk, sleep=time.sleep, now=utc_now).lines(limit):
                get_run_logger().info("%s: %s: %s", line.name, line.ending, line.said)
                lines.append(line)
    except MolpipeError as error:
        return Failed(message=error.line, data=error)
    _publish(lines)
    is_good = all(line.ending != "failed" for line in lines)
    return (Completed if is_good else Failed)(message=summary(lines), data=lines)


def inbox_folder(environment: Mapping[str, str]) -> Path:
    """The inbox: ``MOLPIPE_INBOX``, else ``inbox`` in the home of the service."""
    named = environment.get(VARIABLE)
    return Path(named) if named else home(environment) / "inbox"


class PrefectDesk:
    """Runs each batch as a flow run inside this one."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def run(self, batch: PackedBatch) -> tuple[Results, Path]:
        """Keep a batch and run it.

        Raises:
            MolpipeError: the batch as a whole could not be run.
        """
        self._store.keep_batch(batch)
        request = BatchRequest(
            stored_batch=batch.key, name=batch.name[:MAX_NAME], settings=self._settings
        )
        state = molecule_batch(request, return_state=True)
        found = state.result(raise_on_failure=False)
        if isinstance(found, Answered):
            results = found.results
            return results, current_place(request.title, results.batch.id).out / "report.html"
        if isinstance(found, MolpipeError):
            raise found
        raise InvariantError(f"{type(found).__name__}: {found}", code="UNEXPECTED")

    def find(self, run: str) -> Results | None:
        """The answers of a run, if it had the same settings; limits change no number."""
        try:
            found = self._store.load_run(run)
        except CorruptRecord:
            return None
        same = found and _but_limits(found.batch.settings) == _but_limits(
            self._settings.model_dump(mode="json")
        )
        return found if same else None


def _but_limits(settings: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in settings.items() if name != "limits"}


def _open_store() -> Store:
    place = current_place("nightly-pilot", str(runtime.flow_run.id))
    return open_store(place.database, environment=os.environ)


def _publish(lines: Sequence[Line]) -> None:
    """One line a batch, for the Prefect UI."""
    rows = [(markdown.text(line.name), line.ending, markdown.text(line.said)) for line in lines]
    table = markdown.table(("batch", "ended", "what happened"), rows, right=())
    page = markdown.document([markdown.strong(summary(lines)), table if rows else ""])
    create_markdown_artifact(page, key="inbox", description=summary(lines))
