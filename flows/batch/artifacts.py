"""What a flow run shows in the Prefect UI: its progress, a page a molecule, a table, a summary.

No result depends on them: what the API does not take is logged, and the batch goes on.
"""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections.abc import Callable, Container
from typing import Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.context import FlowRunContext
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_UI_URL

from molpipe.model.document import Results, Row
from molpipe.report import overview
from molpipe.report.page import molecule_page, one_line

T = TypeVar("T")

PAGES: Final = 190
"""Molecule pages of one run: its tab in the UI shows 200 artifacts, and any 200 of more."""

UPDATE_SECONDS: Final = 5.0
"""Between two reports of the progress."""

FAULTS: Final = 3
"""After so many refusals in a row the API is asked no more before the batch is done."""


class Artifacts:
    """The artifacts of one batch; its methods may be called from any thread of the flow run.

    Silent outside a flow run, and where they are not wanted because nobody will look.
    """

    def __init__(
        self,
        batch: str,
        total: int,
        *,
        wanted: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._batch = batch
        self._total = total
        self._clock = clock
        self._wanted = wanted and FlowRunContext.get() is not None
        self._faults = 0
        self._pages: dict[int, UUID] = {}
        self._open_pages = PAGES
        self._answered = self._not_ok = 0
        self._lock = threading.Lock()
        self._updated = clock()
        self._progress = self._try(
            lambda: create_progress_artifact(0.0, self._key("progress"), self._counted())
        )

    def answered(self, row: Row) -> None:
        """Count a row, and publish its page unless it was cancelled.

        In a batch with more rows than pages, those that failed have theirs at once and the
        worst of the others at the end.
        """
        if self._total <= PAGES or row.failure:
            self._publish(row)
        with self._lock:
            self._answered += 1
            self._not_ok += row.status != "ok"
            now = self._clock()
            if now - self._updated >= UPDATE_SECONDS or self._answered == self._total:
                self._updated = now
                self._report_progress()

    def finished(self, results: Results, changed: Container[int], report: str) -> None:
        """Publish the table and the summary, the pages still open, and those that changed.

        Args:
            results: the finished batch.
            changed: its rows that are not any more as they were when they were answered.
            report: where the full report lies, as the summary is to say it.
        """
        if not self._wanted:
            return
        self._faults = 0
        for row in overview.worst_first(results.rows):
            if row.row not in self._pages or row.row in changed:
                self._publish(row)
        ui = urlsplit(PREFECT_UI_URL.value() or "").path.rstrip("/")
        links = {row: f"{ui}/artifacts/artifact/{page}" for row, page in self._pages.items()}
        shown = overview.comparison_table(results.rows, links)
        some = "" if len(shown) == len(results.rows) else f" The {len(shown)} worst rows."
        self._try(
            lambda: create_table_artifact(
                shown,
                self._key("comparison"),
                f"VQE minus CASCI and CCSD [mHa]; the row number leads to its page.{some}",
            )
        )
        summary = overview.summary_page(results, report=report, links=links)
        counts = " · ".join(overview.verdict_counts(results.rows))
        self._try(lambda: create_markdown_artifact(summary, self._key("summary"), counts))

    def _publish(self, row: Row) -> None:
        """Create the page of a row while there is room for it, or bring it up to date."""
        known = self._pages.get(row.row)
        if not self._wanted or row.status == "cancelled":
            return
        if known is None:
            with self._lock:
                if not self._open_pages:
                    return
                self._open_pages -= 1
        page, line, key = molecule_page(row), one_line(row), self._key(row.row, row.name)
        if known is None:
            made = self._try(lambda: create_markdown_artifact(page, key, line))
            if isinstance(made, UUID):
                self._pages[row.row] = made
        else:
            update = ArtifactUpdate(data=page, description=line)
            self._try(lambda: get_client(sync_client=True).update_artifact(known, update))

    def _report_progress(self) -> None:
        if isinstance(artifact := self._progress, UUID):
            share = 100.0 * self._answered / self._total
            self._try(lambda: update_progress_artifact(artifact, share, self._counted()))

    def _counted(self) -> str:
        return f"{self._answered:,} of {self._total:,} rows, {self._not_ok:,} not ok"

    def _key(self, *parts: object) -> str:
        return artifact_key(self._batch, *parts)

    def _try(self, publish: Callable[[], T]) -> T | None:
        """What the API answers, or None where it does not take it."""
        if not self._wanted or self._faults >= FAULTS:
            return None
        try:
            answer = publish()
        except (httpx.HTTPError, PrefectException) as error:
            self._faults += 1
            get_run_logger().warning("an artifact could not be published: %s", error)
            return None
        self._faults = 0
        return answer


def artifact_key(*parts: object) -> str:
    """A key as Prefect takes it, lowercase letters, digits and dashes: ``pilot-3-water``."""
    plain = unicodedata.normalize("NFKD", " ".join(str(part)[:40] for part in parts))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
