"""What RDKit has to say goes into our errors, not to the terminal."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from rdkit import rdBase

_TIME = re.compile(r"^\[\d\d:\d\d:\d\d\]\s*")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(_TIME.sub("", record.getMessage()).strip())


@contextmanager
def rdkit_messages() -> Iterator[list[str]]:
    """Collect the lines that RDKit would print to stderr meanwhile."""
    logger, collector = logging.getLogger("rdkit"), _Collector()
    handlers, logger.handlers = logger.handlers, [collector]
    rdBase.LogToPythonLogger()
    try:
        yield collector.lines
    finally:
        rdBase.LogToCppStreams()
        logger.handlers = handlers
