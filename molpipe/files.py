"""A file that is replaced whole: a reader, or a crash, never meets half of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Put ``text`` at ``path`` in UTF-8.

    Raises:
        OSError: the folder is missing, read-only or full; ``path`` is then as it was.
    """
    with replacing(path) as temporary:
        # A lone surrogate, from a badly decoded input, becomes \udcxx: valid inside JSON too.
        temporary.write_bytes(text.encode("utf-8", errors="backslashreplace"))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file in the same folder, which becomes ``path`` at the end of the block.

    Raises:
        OSError: the folder is missing, read-only or full; ``path`` is then as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
