"""The files of one batch: bytes in, text out, and nothing from outside the batch's folder."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from typing import Final

from molpipe.errors import InputError

MAX_FILE_BYTES: Final = 64 * 2**20
MAX_BATCH_BYTES: Final = 256 * 2**20
MAX_GEOMETRY_BYTES: Final = 2**20
"""Of one file, of all files of a batch, and of a file that one row names."""

MAX_LINES: Final = 2_000_000
MAX_RECORDS: Final = 10_000
"""In one file; both are counted before any record is looked at."""

_SPLIT: Final = "split the batch into several files"

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def bad_file(message: str, hint: str) -> InputError:
    """A file, or a part of one, that cannot be read."""
    return InputError(message, hint=hint, code="BAD_FILE")


def check_records(count: int, name: str) -> None:
    """Raise BAD_FILE for more than MAX_RECORDS records in the file called ``name``."""
    if count > MAX_RECORDS:
        raise bad_file(f"{name!r} holds {count} records, the limit is {MAX_RECORDS}", _SPLIT)


def _check_bytes(size: int, limit: int, what: str) -> None:
    if size > limit:
        raise bad_file(
            f"{what} has {size / 2**20:.1f} MiB, the limit is {limit // 2**20} MiB", _SPLIT
        )


def _check_regular(path: Path, what: str) -> None:
    if not path.is_file():  # a pipe or a device would block or never end
        found = "is a folder" if path.is_dir() else "does not exist"
        raise bad_file(f"{what} {found}", "check the path and its spelling")


class BatchFiles:
    """Reads the files of a batch and remembers what it read, for the batch's hash.

    Args:
        folder: where the batch lies; a ``file`` cell may name nothing outside it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contents: dict[str, bytes] = {}
        """Bytes of every file that was read, by its path relative to the folder."""
        self._known: set[Path] = set()
        self._sha256 = hashlib.sha256()
        self._n_bytes = 0

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of all files read, end to end in the order of first reading."""
        return self._sha256.hexdigest()

    def text(self, path: Path) -> tuple[str, str]:
        """Text of a regular file, and the encoding it was read with.

        Raises:
            InputError: BAD_FILE where it is missing, no regular file, too large or no text.
        """
        text, encoding = decode(self._read(path), path.name)
        n_lines = text.count("\n") + text.count("\r")
        if n_lines > MAX_LINES:
            raise bad_file(f"{path.name!r} has {n_lines} lines, the limit is {MAX_LINES}", _SPLIT)
        return text, encoding

    def _read(self, path: Path) -> bytes:
        with _os_errors(path):
            _check_regular(path, repr(str(path)))
            _check_bytes(path.stat().st_size, MAX_FILE_BYTES, repr(path.name))
            content = path.read_bytes()
            self._remember(path, content)
        return content

    def inside(self, cell: str) -> Path:
        """The path that a ``file`` cell names, relative to the batch's folder.

        Raises:
            InputError: BAD_FILE where it leads out of that folder.
        """
        hint = "name a file in the batch's own folder, such as geometries/water.xyz"
        with _os_errors(Path(cell)):
            windows = PureWindowsPath(cell)  # splits at / and \ and knows C: as well
            if windows.drive or windows.root or ".." in windows.parts:
                raise bad_file(f"file {cell!r} leads out of the batch's folder", hint)
            path = self.folder / cell
            if not path.resolve().is_relative_to(self.folder.resolve()):
                raise bad_file(f"file {cell!r} is a link out of the batch's folder", hint)
        return path

    def geometry(self, cell: str) -> Path:
        """As :meth:`inside`, for a file that holds one structure and is no larger than that.

        Raises:
            InputError: BAD_FILE.
        """
        path = self.inside(cell)
        with _os_errors(path):
            _check_regular(path, f"file {cell!r}")
            _check_bytes(path.stat().st_size, MAX_GEOMETRY_BYTES, f"file {cell!r}")
        return path

    def _remember(self, path: Path, content: bytes) -> None:
        self.contents[path.relative_to(self.folder).as_posix()] = content
        if path.resolve() not in self._known:
            self._known.add(path.resolve())
            self._sha256.update(content)
            self._n_bytes += len(content)
            _check_bytes(self._n_bytes, MAX_BATCH_BYTES, "the batch")


@contextmanager
def _os_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:  # NUL in a path, a loop of links
        reason = getattr(error, "strerror", None) or str(error)
        raise bad_file(
            f"{str(path)!r} cannot be read: {reason}", "check the path and its permissions"
        ) from error


def decode(content: bytes, name: str) -> tuple[str, str]:
    """Text of a file and the encoding it was read with.

    A byte-order mark decides; without one it is UTF-8, UTF-16 where most other bytes are
    zero, else Windows-1252, which nearly every old spreadsheet means.

    Raises:
        InputError: BAD_FILE for bytes that are no text.
    """
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding.removesuffix("-sig")
    raise bad_file(f"{name!r} is no text file", "save it as UTF-8 text")


def _candidates(content: bytes) -> tuple[str, ...]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return (encoding,)
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if content[first::2].count(0) > len(content) / 4:
            return (encoding,)
    return ("utf-8", "cp1252", "latin-1")


def split_lines(text: str) -> list[str]:
    r"""Lines by \n, \r\n or \r only: other separators of Unicode may stand in a name."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
