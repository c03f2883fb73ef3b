"""One round through the inbox: each batch is run, known already, rejected, or left for later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Protocol

from flows.inbox.folder import Answer, Inbox, Item
from molpipe.chem.intake.files import bad_file
from molpipe.chem.intake.packing import pack_batch
from molpipe.errors import InputError, MolpipeError
from molpipe.model.document import Results
from molpipe.model.packed import PackedBatch
from molpipe.report.numbers import label
from molpipe.report.words import counts

BEGINNINGS: Final = 3
"""How often a batch may begin to run: one that takes its worker down must not do so for ever."""

Ending = Literal["run", "known already", "rejected", "failed", "stopped", "left"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What became of one batch, and why."""

    name: str
    ending: Ending
    said: str


class Desk(Protocol):
    """Runs batches, and knows what was run before."""

    def run(self, batch: PackedBatch) -> tuple[Results, Path]:
        """Run a batch: its answers, and where the report lies. May raise any MolpipeError."""

    def find(self, run: str) -> Results | None:
        """The answers of an earlier run; None where there are none, or would be others today."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """One round.

    Args:
        inbox: ours alone.
        desk: runs the batches.
        sleep: waits so many seconds.
        now: the clock on the wall, with a time zone.
    """

    inbox: Inbox
    desk: Desk
    sleep: Callable[[float], None]
    now: Callable[[], datetime]

    def lines(self, limit: int) -> Iterator[Line]:
        """Work through the inbox, one batch after the other; a line as soon as one is done.

        What an earlier round did not finish comes first, then at most ``limit`` new batches.
        """
        cut_off = self.inbox.cut_off()
        settled, writing = self.inbox.look(self.sleep)
        for item in (*cut_off, *settled[:limit]):
            line = _line(item, *self._handle(item))
            yield line
            if line.ending == "stopped":
                return
        for item in settled[limit:]:
            yield _line(item, "left", f"{limit} others came first")
        for item in writing:
            yield _line(item, "left", "it is still being written")

    def _handle(self, item: Item) -> tuple[Ending, str]:
        if not item.is_unchanged:
            return "left", "it changed while others ran"
        try:
            taken = self.inbox.take(item)
            ended = self._answer(taken)
            self.inbox.end(taken)
        except OSError as error:
            return "left", f"it cannot be moved: {error.strerror or error}"
        return ended

    def _answer(self, item: Item) -> tuple[Ending, str]:
        """A taken batch, on its way out of ``running``."""
        try:
            batch = _pack(item, self.inbox.folder)
            self._check_beginnings(item)
        except InputError as error:
            self.inbox.leave(item, "rejected", _reason(error))
            return "rejected", error.line
        try:
            return self._known(item, batch) or self._run(item, batch)
        except MolpipeError as error:
            return "failed", f"{error.line}; the next round tries it again"

    def _known(self, item: Item, batch: PackedBatch) -> tuple[Ending, str] | None:
        """Move on what was run before, whatever it was called."""
        answer = self.inbox.recall(batch.key)
        results = self.desk.find(answer.run) if answer else None
        if answer is None or results is None:
            return None
        said = f"same content as {label(answer.name)}, {_outcome(answer, results)}"
        self.inbox.leave(item, "done", said)
        return "known already", said

    def _run(self, item: Item, batch: PackedBatch) -> tuple[Ending, str]:
        self.inbox.begin(item, _moment(self.now()))
        results, report = self.desk.run(batch)
        if any(row.status == "cancelled" for row in results.rows):
            return "stopped", "the next round goes on with it"
        answer = Answer(run=results.batch.id, name=item.name, report=str(report))
        self.inbox.remember(batch.key, answer)
        said = _outcome(answer, results)
        self.inbox.leave(item, "done", "\n".join([said, *_troubles(results)]))
        return "run", said

    def _check_beginnings(self, item: Item) -> None:
        moments = self.inbox.beginnings(item)
        if len(moments) >= BEGINNINGS:
            raise InputError(
                f"it began to run {len(moments)} times and never ended ({', '.join(moments)})",
                hint="look at these runs in Prefect for the reason, then drop it again",
                code="NEVER_ENDED",
            )


def summary(lines: Sequence[Line]) -> str:
    """How many batches there were, how they ended, and what failed and why."""
    if not lines:
        return "nothing new"
    ended = Counter(line.ending for line in lines)
    batches = "1 batch" if len(lines) == 1 else f"{len(lines)} batches"
    text = ", ".join(f"{number} {ending}" for ending, number in ended.items())
    failed = [f"; {line.name}: {line.said}" for line in lines if line.ending == "failed"]
    return f"{batches}: {text}{''.join(failed)}"


def _line(item: Item, ending: Ending, said: str) -> Line:
    return Line(name=label(item.name), ending=ending, said=said)


def _pack(item: Item, inbox: Path) -> PackedBatch:
    """Read a batch with its files.

    Raises:
        InputError: it is no batch.
    """
    if item.path.is_symlink() or not (item.path.is_file() or item.path.is_dir()):
        raise bad_file(f"{item.name!r} is a link or a device", "copy the file itself here")
    batch = pack_batch(item.path)
    for name in (item.name, *batch.files):
        if not name.isprintable():
            raise bad_file(f"{name!r} is no printable name", "rename it and drop it again")
    others = [name for name in batch.files if name != batch.main]
    if batch.main and others:
        raise bad_file(
            f"{item.name!r} names {others[0]!r}, which is not its own",
            "drop both in one folder, the geometries in a folder inside that",
        )
    return replace(batch, source=str(inbox / item.name))


def _outcome(answer: Answer, results: Results) -> str:
    finished = _moment(datetime.fromisoformat(results.batch.finished))
    return f"run on {finished}: {counts(results.rows)}; report: {answer.report}"


def _troubles(results: Results) -> list[str]:
    failed = [(row, row.failure) for row in results.rows if row.failure]
    return [
        f"row {row.row}, {label(row.name)}: {row.status}: {why.message}"
        + (f" ({why.hint})" if why.hint else "")
        for row, why in failed
    ]


def _reason(error: InputError) -> str:
    sentence = error.message[:1].upper() + error.message[1:]
    return f"{sentence}.\nWhat to do: {error.hint}." if error.hint else f"{sentence}."


def _moment(when: datetime) -> str:
    return f"{when.astimezone():%Y-%m-%d %H:%M %Z}"
