"""Make a batch from one molecule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from molpipe.api.running import settings_of
from molpipe.model.settings import Settings

if TYPE_CHECKING:
    from molpipe.chem.scan import Kind


def scan(
    molecule: str | Path,
    *,
    out: str | Path,
    bond: str | None = None,
    angle: str | None = None,
    torsion: str | None = None,
    stretch: bool = False,
    values: str | Sequence[float] | None = None,
    name: str = "",
    settings: Settings | Mapping[str, Any] | None = None,
    **variants: str | Sequence[str],
) -> Path:
    """Write a batch from one molecule, along a coordinate and in several settings.

    Args:
        molecule: a SMILES, which is embedded, or a geometry file with one molecule.
        out: folder for the batch file and its geometries.
        bond: two atoms, counted from 1, such as ``1-2``; the second one moves.
        angle: three atoms.
        torsion: four atoms.
        stretch: all atoms apart alike; the coordinate is the shortest distance.
        values: of the coordinate [angstrom or degree], ``start:stop:number`` or a list.
        name: what to call the molecule.
        settings: for its embedding, and to check the variants with.
        variants: settings or lists of them, such as ``ansatz=["uccsd", "adapt"]``; every
            combination is computed at every point.

    Returns:
        The batch file, for :func:`run`.

    Raises:
        InputError: a value, an atom, a setting or a basis set that cannot be.
    """
    from molpipe.desk.scanning import scan_molecule  # noqa: PLC0415

    asked: dict[Kind, str | None] = {"bond": bond, "angle": angle, "torsion": torsion}
    asked["stretch"] = "" if stretch else None
    if values is not None and not isinstance(values, str):
        values = ",".join(repr(float(value)) for value in values)
    return scan_molecule(
        str(molecule),
        {kind: atoms for kind, atoms in asked.items() if atoms is not None},
        values,
        variants={k: (v,) if isinstance(v, str) else v for k, v in variants.items()},
        settings=settings_of(settings),
        folder=Path(out),
        name=name,
    )
