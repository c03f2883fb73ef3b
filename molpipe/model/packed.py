"""A batch as it is stored: its files, under a key made of what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from molpipe.model.identity import content_key
from molpipe.model.reactions import Reaction


@dataclass(frozen=True, kw_only=True)
class PackedBatch:
    """The files of a batch, with every file that they name.

    ``files`` maps a path relative to the batch's folder, with forward slashes, to its bytes.
    ``main`` is the file that is the batch, empty where the whole folder is. ``source`` is where
    it came from, for people.
    """

    name: str
    source: str
    main: str
    files: Mapping[str, bytes]
    reactions: tuple[Reaction, ...] = ()

    @property
    def key(self) -> str:
        """The content key: equal for equal contents, whatever the batch file is called."""
        digests = {
            path: hashlib.sha256(content).hexdigest() for path, content in self.files.items()
        }
        main = digests.pop(self.main) if self.main else ""
        return content_key(
            "batch",
            main=main,
            format=PurePosixPath(self.main).suffix.lower(),
            files=digests,
            reactions=[reaction.model_dump() for reaction in self.reactions],
        )
