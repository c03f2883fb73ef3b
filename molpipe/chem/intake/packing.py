"""A batch with all its files in one piece, and back into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from molpipe.chem.intake.files import bad_file
from molpipe.chem.intake.listing import READERS, list_batch
from molpipe.model.packed import PackedBatch
from molpipe.model.reactions import Reaction


def pack_batch(path: Path, reactions: tuple[Reaction, ...] = ()) -> PackedBatch:
    """Pack a batch file, or a folder of them, with the geometry files that it names.

    A file that a row names and that is not there stays away: its row is refused when the batch
    is read, as it is without packing.

    Raises:
        InputError: BAD_FILE or EMPTY, where the batch as a whole cannot be read, or a file of
            its folder cannot.
    """
    listing = list_batch(path)
    is_folder = path.is_dir()
    if is_folder:
        _check_complete(path, listing.files)
    return PackedBatch(
        name=listing.name,
        source=listing.source,
        main="" if is_folder else path.name,
        files=listing.files,
        reactions=reactions,
    )


def unpack_batch(packed: PackedBatch, folder: Path) -> Path:
    """Write the files of a batch into ``folder``; the path to read it from.

    Raises:
        InputError: BAD_FILE for a stored name that leads out of the folder.
    """
    for name, content in packed.files.items():
        parts = PurePosixPath(name).parts
        if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
            raise bad_file(f"the stored batch holds {name!r}", "store it again")
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder / packed.main if packed.main else folder


def _check_complete(folder: Path, files: Mapping[str, bytes]) -> None:
    for path in sorted(folder.iterdir()):
        is_batch = path.suffix.lower() in READERS and not path.name.startswith(".")
        if is_batch and path.name not in files:
            raise bad_file(
                f"{path.name!r} cannot be stored: it is too large, cannot be read, or is a link "
                "out of the batch's folder",
                "put it right, or take it out of the folder",
            )
