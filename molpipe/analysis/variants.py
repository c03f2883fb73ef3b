"""In which settings rows differ, and which of these make another Hamiltonian."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from molpipe.model.document import Row

HAMILTONIAN: Final = (
    *("basis", "frozen_core", "active_space", "max_qubits", "orbitals", "solvent", "fragments"),
)
"""Settings that make the problem; all others say how it is solved."""

NO_RESULT: Final = ("limits.",)
"""Settings that change no number begin so."""


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Settings by dotted key."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def differing(rows: Iterable[Row]) -> tuple[str, ...]:
    """Dotted keys of the settings that are not the same in all rows, limits left out."""
    all_settings = [flat(row.settings) for row in rows]
    keys = dict.fromkeys(key for settings in all_settings for key in settings)
    return tuple(
        key
        for key in keys
        if not key.startswith(NO_RESULT)
        and len({str(settings.get(key)) for settings in all_settings}) > 1
    )


def apart(rows: Sequence[Row]) -> tuple[str, ...]:
    """Settings that differ between rows at one coordinate of a series.

    These make several curves of the series; what differs from point to point does not.
    """
    places: dict[float | None, list[Row]] = {}
    for row in rows:
        places.setdefault(row.coordinate, []).append(row)
    return tuple(dict.fromkeys(key for points in places.values() for key in differing(points)))


def groups(rows: Sequence[Row], keys: Sequence[str]) -> dict[tuple[str, ...], list[Row]]:
    """The rows by their values of the settings ``keys``, in the order in which these come."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        settings = flat(row.settings)
        found.setdefault(tuple(str(settings.get(key)) for key in keys), []).append(row)
    return found
