"""The inbox: a folder where chemists drop batches, and the way of each one through it.

::

    inbox/water.csv            dropped; settled once two looks find it the same
    inbox/running/water.csv    taken; what lies here when a round begins was cut off
    inbox/done/water.csv       with water.csv.result.txt beside it
    inbox/rejected/water.csv   with water.csv.reason.txt beside it
    inbox/.runs/KEY.json       which run answered the content with this key

Each step is one rename within the folder, and no batch is overwritten: whenever the process
is killed, each lies whole in one of these places.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Final, Literal

from molpipe.errors import InputError

Room = Literal["running", "done", "rejected"]

NOTES: Final[Mapping[Room, str]] = {
    "running": ".begun.txt",
    "done": ".result.txt",
    "rejected": ".reason.txt",
}
"""Folders inside the inbox, and what the name of the note beside a batch there ends in."""

QUIET_SECONDS: Final = 10.0
"""What stays the same for so long [s] is no longer being written."""

_UNFINISHED: Final = (".part", ".partial", ".filepart", ".crdownload", ".tmp", "~")
"""Endings that programs give to a file that they are still writing."""

_OF_THE_DESKTOP: Final = ("desktop.ini", "thumbs.db")
_RUNS: Final = ".runs"

Mark = frozenset[tuple[str, int, int]]
"""Path, size [bytes] and time of writing [ns] of everything that a batch consists of."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A batch in the inbox, a file or a folder, and how it was when it was looked at."""

    path: Path
    mark: Mark

    @property
    def name(self) -> str:
        """What it is called in the inbox."""
        return self.path.name

    @property
    def is_unchanged(self) -> bool:
        """Whether it is still as it was."""
        return _mark(self.path) == self.mark


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The run ``run`` answered a batch that was called ``name``; its report lies at ``report``."""

    run: str
    name: str
    report: str


@contextmanager
def open_inbox(folder: Path) -> Iterator[Inbox | None]:
    """The inbox, for this block alone; None while somebody else works in it.

    The lock is the system's: it ends with the process that holds it.

    Raises:
        InputError: the folder is not there, or cannot be read and written.
    """
    try:
        for name in (*NOTES, _RUNS):
            (folder / name).mkdir(exist_ok=True)
            if (folder / name).is_symlink():
                raise _unusable(folder, f"{name!r} in it is a link")
        os.listdir(folder)
        lock = os.fdopen(os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW))
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield Inbox(folder)


def _unusable(folder: Path, why: str) -> InputError:
    return InputError(
        f"the inbox {folder} cannot be used: {why}",
        hint="make the folder and let the worker read and write it, or name another one in "
        "MOLPIPE_INBOX",
        code="BAD_INBOX",
    )


class Inbox:
    """The folder while it is ours alone. Methods raise OSError where the system refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def look(self, sleep: Callable[[float], None]) -> tuple[list[Item], list[Item]]:
        """What was dropped, the oldest first: what is settled, and what is being written.

        Args:
            sleep: waits so many seconds between two looks; an empty inbox needs only one.
        """
        found = _items(path for path in self.folder.iterdir() if path.name not in NOTES)
        if found:
            sleep(QUIET_SECONDS)
        settled = [item for item in found if item.is_unchanged]
        return settled, [item for item in found if item not in settled]

    def cut_off(self) -> list[Item]:
        """What an earlier round took and did not finish, the oldest first."""
        return _items((self.folder / "running").iterdir())

    def take(self, item: Item) -> Item:
        """Move a batch to ``running``, if it is not there yet."""
        if item.path.parent.name == "running":
            return item
        target = self._free("running", item.name)
        item.path.rename(target)
        return Item(path=target, mark=item.mark)

    def begin(self, item: Item, moment: str) -> None:
        """Note that a taken batch begins to run."""
        lines = [*self.beginnings(item), moment]
        _write(_note(item.path, "running"), "\n".join(lines))

    def end(self, item: Item) -> None:
        """Note that the run of a taken batch came to an end, a good one or not."""
        _note(item.path, "running").unlink(missing_ok=True)

    def beginnings(self, item: Item) -> list[str]:
        """When a taken batch began to run, as often as its process died before the end."""
        note = _note(item.path, "running")
        return note.read_text(encoding="utf-8").splitlines() if note.exists() else []

    def leave(self, item: Item, room: Room, text: str) -> None:
        """Move a taken batch on, with ``text`` in the note beside it."""
        target = self._free(room, item.name)
        _write(_note(target, room), text)  # before the move: no batch lies there without it
        item.path.rename(target)

    def remember(self, key: str, answer: Answer) -> None:
        """Keep which run answered the content with this key."""
        _write(self._memory(key), json.dumps(asdict(answer)))

    def recall(self, key: str) -> Answer | None:
        """Which run answered the content with this key; None where that is not known."""
        try:
            return Answer(**json.loads(self._memory(key).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):  # no such file, or not one of ours
            return None

    def _memory(self, key: str) -> Path:
        return self.folder / _RUNS / f"{key}.json"

    def _free(self, room: Room, name: str) -> Path:
        """Where nothing lies yet: water.csv in ``room``, else water-2.csv, water-3.csv ..."""
        stem, suffix = os.path.splitext(name)
        names = (name if n == 1 else f"{stem}-{n}{suffix}" for n in count(1))
        paths = (self.folder / room / name for name in names)
        return next(path for path in paths if not os.path.lexists(path))


def _note(path: Path, room: Room) -> Path:
    hidden = "." if room == "running" else ""  # all that can be seen there are batches
    return path.with_name(f"{hidden}{path.name}{NOTES[room]}")


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and not through a link that somebody put there."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with draft.open("x", encoding="utf-8") as file:
        file.write(f"{text}\n")
    draft.replace(path)


def _items(paths: Iterable[Path]) -> list[Item]:
    found = [Item(path=path, mark=_mark(path)) for path in paths if _is_named_as_batch(path)]
    present = [item for item in found if item.mark]
    return sorted(present, key=lambda item: (max(written for *_, written in item.mark), item.name))


def _is_named_as_batch(path: Path) -> bool:
    name = path.name.lower()
    endings = (*_UNFINISHED, *NOTES.values())
    return not (name.startswith((".", "~")) or name.endswith(endings) or name in _OF_THE_DESKTOP)


def _mark(path: Path) -> Mark:
    """Empty for what is not there (any more), and for a folder with nothing in it yet."""
    parts = [path]
    if not path.is_symlink() and path.is_dir() and os.access(path, os.R_OK | os.X_OK):
        walk = os.walk(path)
        parts = [Path(root, name) for root, folders, files in walk for name in (*folders, *files)]
    try:
        stats = [(str(part.relative_to(path)), part.lstat()) for part in parts]
    except OSError:  # one was there a moment ago
        return frozenset()
    return frozenset((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
