"""A batch from one molecule: along a coordinate, in several bases, ansaetze and active spaces."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final

from molpipe.chem.basis import build_molecule
from molpipe.chem.conformer import embed
from molpipe.chem.intake import read_batch, read_smiles
from molpipe.chem.intake.listing import READERS
from molpipe.chem.scan import Coordinate, Kind, moved, parse_values
from molpipe.errors import InputError, InvalidMolecule
from molpipe.files import write_text
from molpipe.model.curves import SCAN_COLUMN
from molpipe.model.molecule import Geometry
from molpipe.model.settings import Settings

GEOMETRIES: Final = "geometries"
MOST_ROWS: Final = 10_000
_CHOICE: Final = "name one with --bond, --angle, --torsion or --stretch"


@dataclass(frozen=True, kw_only=True, eq=False)
class Scan:
    """What a scan is made of.

    Without a ``coordinate`` it stays at one geometry. ``variants`` are settings with their
    values, such as ``{"ansatz": ("uccsd", "adapt")}``; every combination of them is computed at
    every point.
    """

    name: str
    geometry: Geometry
    settings: Settings
    coordinate: Coordinate | None = None
    values: tuple[float, ...] = ()
    variants: Mapping[str, Sequence[str]] = field(default_factory=dict)


def scan_molecule(
    molecule: str,
    kinds: Mapping[Kind, str],
    values: str | None,
    *,
    variants: Mapping[str, Sequence[str]],
    settings: Settings,
    folder: Path | None,
    name: str = "",
) -> Path:
    """Read a molecule and write its batch; see :func:`read_molecule`, :func:`along`, :class:`Scan`.

    A SMILES is embedded in the first basis of ``variants``. Without a ``folder`` it is
    ``scans/<name>``.

    Raises:
        InputError: what any of these raises.
        ConformerError: no geometry could be made.
    """
    if first := variants.get("basis"):
        settings = settings.with_overrides({"basis": first[0]})
    called, geometry = read_molecule(molecule, settings, name)
    coordinate, places = along(kinds, values, geometry)
    scan = Scan(
        name=called,
        geometry=geometry,
        settings=settings,
        coordinate=coordinate,
        values=places,
        variants=variants,
    )
    return write_scan(scan, folder or Path("scans") / slug(called))


def read_molecule(text: str, settings: Settings, name: str = "") -> tuple[str, Geometry]:
    """The name and the geometry of a SMILES, which is embedded, or of a geometry file.

    Raises:
        InputError: it is no molecule, or the file holds several.
        ConformerError: no geometry could be made.
    """
    path = Path(text)
    if path.suffix.lower() in READERS:
        rows = read_batch(path, settings).rows
        if len(rows) != 1:
            raise InputError(
                f"{path.name} holds {len(rows)} molecules",
                hint="a scan starts from one: put it into a file of its own",
            )
        row = rows[0]
    else:
        row = read_smiles(text, name, settings)
    if row.molecule is None:
        assert row.failure is not None
        failure = row.failure
        raise InvalidMolecule(failure.message, hint=failure.hint, code=failure.code)
    named = name or (row.name if path.suffix or row.name != "row-1" else row.molecule.formula)
    return named, embed(row.molecule, settings)


def along(
    kinds: Mapping[Kind, str], values: str | None, geometry: Geometry
) -> tuple[Coordinate | None, tuple[float, ...]]:
    """The coordinate that somebody means, and its values.

    Args:
        kinds: the atoms of a bond, an angle or a torsion, by that word; at most one of them.
        values: as :func:`molpipe.chem.scan.parse_values` takes them.
        geometry: whose atoms they are.

    Raises:
        InputError: there are two coordinates, or one without values, or values without one.
    """
    if len(kinds) > 1:
        raise InputError(f"a scan has one coordinate, got {' and '.join(kinds)}")
    if not kinds:
        if values is not None:
            raise InputError("there are values, but no coordinate", hint=_CHOICE)
        return None, ()
    ((kind, atoms),) = kinds.items()
    if values is None:
        raise InputError(f"the {kind} has no values", hint="--values start:stop:number")
    return Coordinate.parse(kind, atoms, geometry), parse_values(values)


def write_scan(scan: Scan, folder: Path) -> Path:
    """Write the batch file and its geometries into ``folder``, and give the batch file.

    Everything is checked before the first file is written.

    Raises:
        InputError: a value, a setting or a basis set that cannot be, atoms that would clash, or a
            folder that has a batch already.
    """
    combinations = list(_combinations(scan))
    points = list(_points(scan))
    if len(points) * len(combinations) > MOST_ROWS:
        raise InputError(
            f"that makes {len(points) * len(combinations)} rows, {MOST_ROWS} is the limit",
            hint="take fewer values",
        )
    batch = folder / f"{slug(scan.name)}.csv"
    if batch.exists():
        raise InputError(
            f"{batch} is there already", hint="name another folder with --out", code="BAD_OUT"
        )
    try:
        (folder / GEOMETRIES).mkdir(parents=True, exist_ok=True)
        for number, (_, geometry) in enumerate(points, start=1):
            write_text(folder / _file(scan, number), _xyz(geometry))
        write_text(batch, _csv(scan, points, combinations))
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror}",
            hint="name another folder with --out",
            code="BAD_OUT",
        ) from None
    return batch


def slug(name: str) -> str:
    """A name for files: letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "molecule"


def _combinations(scan: Scan) -> Iterator[dict[str, str]]:
    """Every combination of the variants, each with settings and a basis that exist."""
    keys = list(scan.variants)
    for values in product(*(dict.fromkeys(scan.variants[key]) for key in keys)):
        changes = dict(zip(keys, values, strict=True))
        settings = scan.settings.with_overrides(changes)
        build_molecule(scan.geometry, settings.basis)
        yield changes


def _points(scan: Scan) -> Iterator[tuple[float | None, Geometry]]:
    if scan.coordinate is None:
        yield None, scan.geometry
        return
    for value in scan.values:
        yield value, moved(scan.geometry, scan.coordinate, value)


def _csv(
    scan: Scan,
    points: Sequence[tuple[float | None, Geometry]],
    combinations: Sequence[Mapping[str, str]],
) -> str:
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator="\n")
    curve = ["series", "coordinate", SCAN_COLUMN] if scan.coordinate else []
    lines.writerow(["name", "file", *curve, *scan.variants])
    for changes in combinations:
        for number, (value, _) in enumerate(points, start=1):
            words = [scan.name, *([] if value is None else [f"{value:g}"])]
            words += [value for key, value in changes.items() if len(scan.variants[key]) > 1]
            cells = [" ".join(words), str(_file(scan, number))]
            if scan.coordinate is not None:
                label = scan.coordinate.label(scan.geometry.symbols)
                cells += [scan.name, f"{value:g}", label]
            lines.writerow([*cells, *changes.values()])
    return stream.getvalue()


def _file(scan: Scan, number: int) -> Path:
    return Path(GEOMETRIES) / f"{slug(scan.name)}-{number:03d}.xyz"


def _xyz(geometry: Geometry) -> str:
    atoms = (f"{symbol:<2} {x:14.6f} {y:14.6f} {z:14.6f}" for symbol, (x, y, z) in geometry.atoms)
    comment = f"charge={geometry.charge} multiplicity={geometry.multiplicity}"
    return "\n".join([str(len(geometry.symbols)), comment, *atoms, ""])
