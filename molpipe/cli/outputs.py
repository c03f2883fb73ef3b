"""Text into the file that an option names, or to standard output for ``-``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import typer

from molpipe.errors import InputError

STDOUT: Final = Path("-")


def put(text: str, file: Path) -> None:
    """Write ``text``.

    Raises:
        InputError: the file cannot be written.
    """
    from molpipe.files import write_text  # noqa: PLC0415

    if file == STDOUT:
        typer.echo(text, nl=False)
        return
    try:
        write_text(file, text)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from None
