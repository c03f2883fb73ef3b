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
"""A larger input is refused before it is read."""

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


class BatchFiles:
    """Reads the files of a batch and remembers what it read, for the batch's hash.

    Args:
        folder: where the batch lies; a ``file`` cell may name nothing outside it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._digests: dict[Path, bytes] = {}
        self._sha256 = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of all files read, end to end in the order of first reading."""
        return self._sha256.hexdigest()

    def read(self, path: Path) -> bytes:
        """The bytes of a regular file.

        Raises:
            InputError: BAD_FILE where it is missing, no regular file, too large or unreadable.
        """
        with _os_errors(path):
            if not path.is_file():  # a pipe or a device would block or never end
                what = "is a folder" if path.is_dir() else "does not exist"
                raise bad_file(f"{str(path)!r} {what}", "check the path and its spelling")
            size = path.stat().st_size
            if size > MAX_FILE_BYTES:
                raise bad_file(
                    f"{path.name!r} has {size / 2**20:.0f} MiB, the limit is "
                    f"{MAX_FILE_BYTES // 2**20} MiB",
                    "split the batch into several files",
                )
            content = path.read_bytes()
            self._remember(path.resolve(), content)
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

    def _remember(self, path: Path, content: bytes) -> None:
        if path not in self._digests:
            self._digests[path] = hashlib.sha256(content).digest()
            self._sha256.update(content)


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
