"""What RDKit has to say goes into our errors, not to the terminal or up the stack."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from rdkit import Chem, rdBase

from molpipe.errors import InvalidMolecule

_TIME = re.compile(r"^\[\d\d:\d\d:\d\d\]\s*")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(_TIME.sub("", record.getMessage()).strip())


@contextmanager
def rdkit_messages() -> Iterator[list[str]]:
    """Collect the lines that RDKit would print to stderr meanwhile; blocks may be nested."""
    logger, collector = logging.getLogger("rdkit"), _Collector()
    handlers, logger.handlers = logger.handlers, [collector]
    is_inner = any(isinstance(handler, _Collector) for handler in handlers)
    rdBase.LogToPythonLogger()
    try:
        yield collector.lines
    finally:
        if not is_inner:
            rdBase.LogToCppStreams()
        logger.handlers = handlers


@contextmanager
def rdkit_refusals() -> Iterator[None]:
    """Turn what RDKit raises in the middle of a structure into a refusal of that structure.

    Raises:
        InvalidMolecule: KEKULIZE, or RDKIT_ERROR for a broken invariant.
    """
    try:
        with rdkit_messages():
            yield
    except Chem.KekulizeException as error:
        raise InvalidMolecule(
            "the aromatic bonds cannot be placed",
            hint="write it with single and double bonds",
            code="KEKULIZE",
        ) from error
    except (RuntimeError, Chem.MolSanitizeException) as error:
        reason = " ".join(str(error).split("Violation occurred")[0].split())
        raise InvalidMolecule(
            f"RDKit breaks off: {reason[:120]}",
            hint="check it for absurd numbers and bonds, or give its geometry as .xyz",
            code="RDKIT_ERROR",
        ) from error
