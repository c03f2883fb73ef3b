"""From a request to the rows of its batch."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from flows.place import Place
from flows.request import BatchRequest
from molpipe.analysis.stoichiometry import check_reactions
from molpipe.chem.intake import read_batch
from molpipe.chem.intake.packing import unpack_batch
from molpipe.errors import InputError
from molpipe.limits import Runner
from molpipe.model.molecule import Batch
from molpipe.model.reactions import Reaction
from molpipe.store import Store

READ_SECONDS = 20.0
"""Wall time for reading one molecule [s]; RDKit has inputs on which it does not come back."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The rows of a batch, and the differences between them that it asks for."""

    batch: Batch
    reactions: tuple[Reaction, ...]


def read_request(request: BatchRequest, place: Place, store: Store, workers: Runner) -> Asked:
    """Read the batch that a request names, each molecule in a child process.

    Raises:
        InputError: there is no such batch, it cannot be read, or its reactions do not fit it.
    """
    limit = request.settings.limits.memory_gb
    perform = partial(workers.run, seconds=READ_SECONDS, memory_gb=limit)
    with _found(request, place, store) as found:
        batch = read_batch(found.path, request.settings, perform=perform)
    check_reactions(found.reactions, batch.rows)
    if found.source is not None:
        batch = replace(batch, name=request.name or found.name, source=found.source)
    return Asked(batch=batch, reactions=found.reactions)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A batch that lies in a folder; ``source`` says where it came from, if not from there."""

    path: Path
    reactions: tuple[Reaction, ...] = ()
    name: str = ""
    source: str | None = None


@contextmanager
def _found(request: BatchRequest, place: Place, store: Store) -> Iterator[_Found]:
    if place.batch is not None:
        yield _Found(path=place.batch, reactions=place.reactions)
        return
    _check_one(request)
    with tempfile.TemporaryDirectory(prefix="molpipe-batch-") as folder:
        if request.smiles.strip():
            yield _pasted(request, Path(folder))
        else:
            yield _stored(request, store, Path(folder))


def _check_one(request: BatchRequest) -> None:
    pasted, stored = bool(request.smiles.strip()), bool(request.stored_batch.strip())
    if pasted and stored:
        raise InputError(
            "the request has pasted molecules and a stored batch",
            hint="give one of the two",
            code="EMPTY",
        )
    if not pasted and not stored:
        raise InputError(
            "the request has no molecules",
            hint="paste SMILES, one a line, or name a stored batch",
            code="EMPTY",
        )


def _pasted(request: BatchRequest, folder: Path) -> _Found:
    path = folder / "pasted.smi"
    path.write_text(request.smiles, encoding="utf-8")
    return _Found(path=path, name=request.title, source="pasted")


def _stored(request: BatchRequest, store: Store, folder: Path) -> _Found:
    wanted = request.stored_batch.strip()
    packed = store.find_batch(wanted)
    if packed is None:
        raise InputError(
            f"no stored batch is called {wanted!r}, and no key begins so",
            hint="send it with `molpipe submit` into the result database of the workers; "
            "that prints its key",
            code="NO_BATCH",
        )
    return _Found(
        path=unpack_batch(packed, folder),
        reactions=packed.reactions,
        name=packed.name,
        source=packed.source,
    )
