"""Between a packed batch and its line in the database: the files as one zip archive."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row as SQLRow

from molpipe.errors import CorruptRecord
from molpipe.model.packed import PackedBatch
from molpipe.model.reactions import Reaction

_REACTIONS = TypeAdapter(tuple[Reaction, ...])

_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError),  # the archive
    *(KeyError, ValueError),  # what else stands in the line
)


def batch_record(batch: PackedBatch, now: datetime) -> dict[str, Any]:
    """The line of ``batches`` for a batch."""
    return {
        "key": batch.key,
        "name": batch.name,
        "source": batch.source,
        "main": batch.main,
        "reactions": _REACTIONS.dump_python(batch.reactions, mode="json"),
        "archive": _archive(batch.files),
        "created_at": now,
    }


def packed_batch(line: SQLRow[Any]) -> PackedBatch:
    """The batch of a line of ``batches``.

    Raises:
        CorruptRecord: it is not what its key promises.
    """
    try:
        batch = PackedBatch(
            name=line.name,
            source=line.source,
            main=line.main,
            files=_files(line.archive),
            reactions=_REACTIONS.validate_python(line.reactions),
        )
        is_whole = batch.key == line.key
    except _DAMAGE:
        is_whole = False
    if not is_whole:
        raise CorruptRecord(f"the stored batch {line.key[:12]} is damaged", hint="submit it again")
    return batch


def _archive(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _files(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {path: opened.read(path) for path in opened.namelist()}
