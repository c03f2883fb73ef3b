"""The weekly flow: published energies, computed again; it fails when a number moved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.place import end_with_worker
from molpipe.errors import MolpipeError
from molpipe.limits import Workers
from molpipe.report import markdown
from molpipe.store import utc_now
from molpipe.validation import Outcome, Study, compare, load_studies, measure_in
from molpipe.validation.words import HEADERS, cells, sentence, tally

VARIABLE = "MOLPIPE_REFERENCES"
NAMED = 10
"""Values that the message of a failed run names."""


def _run_name() -> str:
    return f"references on {utc_now().astimezone():%Y-%m-%d}"


@flow(name="reference-watch", flow_run_name=_run_name, persist_result=False)
def reference_watch(slow: bool = False) -> State[list[Outcome]]:
    """Compute published energies again on this machine, as `molpipe validate` does.

    The run fails when a number is out of its tolerance or could not be computed.

    Args:
        slow: The slow ones too; they take minutes more.
    """
    end_with_worker()
    folder = os.environ.get(VARIABLE)
    try:
        studies = load_studies(Path(folder) if folder else None)
        with Workers(processes=1, threads=1) as workers:
            found = [outcome for study in studies for outcome in check(study, workers, slow=slow)]
    except MolpipeError as error:
        return Failed(message=error.line, data=error)
    _publish(found)
    moved = [sentence(outcome) for outcome in found if not outcome.passed]
    if not moved:
        return Completed(message=tally(found), data=found)
    more = [f"and {len(moved) - NAMED} more"] if len(moved) > NAMED else []
    return Failed(message="; ".join([tally(found), *moved[:NAMED], *more]), data=found)


@task(name="study", task_run_name="{study.title}", cache_policy=NO_CACHE, persist_result=False)
def check(study: Study, workers: Workers, *, slow: bool) -> list[Outcome]:
    """Compare the values of one study; each is a line of the run's log."""
    found = []
    for outcome in compare(study, measure_in(workers), slow=slow):
        get_run_logger().info("%s: %s", "pass" if outcome.passed else "FAIL", sentence(outcome))
        found.append(outcome)
    return found


def _publish(found: Sequence[Outcome]) -> None:
    """For the Prefect UI: every value, and a page that says which of them moved."""
    names = [name or "result" for name in HEADERS]
    lines = sorted(found, key=lambda outcome: outcome.passed)
    table = [dict(zip(names, map(markdown.text, cells(outcome)), strict=True)) for outcome in lines]
    create_table_artifact(table, key="reference-values", description=tally(found))
    moved = [markdown.text(sentence(outcome)) for outcome in found if not outcome.passed]
    page = markdown.document(
        [
            markdown.strong(tally(found)),
            markdown.bullets(moved),
            markdown.table(("study", "result"), _studies(found), right=()),
        ]
    )
    create_markdown_artifact(page, key="reference-watch", description=tally(found))


def _studies(found: Sequence[Outcome]) -> list[tuple[str, str]]:
    """Each study, and how many of its values are as published."""
    titles = dict.fromkeys(outcome.check.study for outcome in found)
    return [
        (markdown.text(title), tally([o for o in found if o.check.study == title]))
        for title in titles
    ]
