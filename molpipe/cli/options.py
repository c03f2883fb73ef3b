"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from molpipe.errors import InvalidSettings
from molpipe.model.pool import POOLS, Pool

if TYPE_CHECKING:
    from molpipe.model.reactions import Reaction
    from molpipe.model.settings import Settings

BatchPath = Annotated[
    Path, typer.Argument(help="A CSV, .smi, .sdf or .xyz file, or a folder of these.")
]
SettingsFile = Annotated[Path | None, typer.Option(help="Settings in a YAML file.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change one setting; may be repeated."),
]

Database = Annotated[
    str | None,
    typer.Option(
        envvar="MOLPIPE_DATABASE",
        help="Result database: a path or a URL.",
        show_default="runs/molpipe.db",
        show_envvar=False,
    ),
]
RunnerName = Annotated[
    str,
    typer.Option(
        "--runner",
        envvar="MOLPIPE_RUNNER",
        metavar="RUNNER",
        help="Where calculations run: local, or dask:tcp://HOST:PORT for a Dask cluster.",
        show_envvar=False,
    ),
]
WorkerCount = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        help="Calculations of a run at once.",
        show_default="one a core; on a cluster one a thread, up to 64",
    ),
]

BESIDE: Final[Mapping[str, str]] = {
    "reactions": "reactions stand in the file of --settings",
    "pool": "a pool is chosen with --pool of `molpipe submit`",
}
"""Keys of a settings file that are no settings of a row, and where else they are given."""


def load_settings(file: Path | None, changes: Sequence[str]) -> Settings:
    """Settings from a YAML file, then changed by ``key=value`` pairs with dotted keys.

    Raises:
        InvalidSettings: the file cannot be read, or a setting is wrong.
    """
    from molpipe.model.settings import Settings  # noqa: PLC0415

    values = _read(file)
    for key in BESIDE:
        values.pop(key, None)
    return Settings.parse(values).with_overrides(dict(_split(change) for change in changes))


def load_reactions(file: Path | None) -> tuple[Reaction, ...]:
    """The reactions that a YAML file of settings names under ``reactions:``.

    Raises:
        InvalidSettings: the file cannot be read, or a reaction is wrong.
    """
    from molpipe.model.reactions import parse_reactions  # noqa: PLC0415

    return parse_reactions(_read(file).get("reactions"))


def load_pool(file: Path | None, asked: str | None) -> Pool:
    """Where circuits run: as asked, else as a settings file says under ``pool:``, else cpu.

    Raises:
        InvalidSettings: there is no such pool.
    """
    pool = asked or _read(file).get("pool") or "cpu"
    for known in POOLS:
        if pool == known:
            return known
    raise InvalidSettings(f"pool = {pool!r} is not one of {', '.join(POOLS)}")


def _read(file: Path | None) -> dict[str, object]:
    from molpipe.cli.yaml_file import read_yaml  # noqa: PLC0415

    return {} if file is None else read_yaml(file)


def _split(change: str) -> tuple[str, str]:
    key, separator, value = change.partition("=")
    if not separator or not key.strip():
        raise InvalidSettings(f"--set {change!r} is not key=value")
    key = key.strip()
    if key.lower() in BESIDE:
        raise InvalidSettings(f"{key} is no setting of a row", hint=BESIDE[key.lower()])
    return key, value.strip()
