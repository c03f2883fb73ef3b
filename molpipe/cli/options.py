"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from molpipe.errors import InvalidSettings

if TYPE_CHECKING:
    from molpipe.model.settings import Settings

Database = Annotated[
    str | None,
    typer.Option(
        envvar="MOLPIPE_DATABASE",
        help="Result database: a path or a URL.  [default: runs/molpipe.db]",
        show_default=False,
        show_envvar=False,
    ),
]


def load_settings(file: Path | None, changes: Sequence[str]) -> Settings:
    """Settings from a YAML file, then changed by ``key=value`` pairs with dotted keys.

    Raises:
        InvalidSettings: the file cannot be read, or a setting is wrong.
    """
    from molpipe.model.settings import Settings  # noqa: PLC0415

    settings = Settings() if file is None else Settings.parse(_read_yaml(file))
    return settings.with_overrides(dict(_split(change) for change in changes))


def _read_yaml(file: Path) -> dict[str, object]:
    import yaml  # noqa: PLC0415

    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise InvalidSettings(f"the settings file {file} cannot be read: {reason}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise InvalidSettings(
            f"the settings file {file} holds a {type(values).__name__}, not settings",
            hint="write one `key: value` a line",
        )
    return values


def _split(change: str) -> tuple[str, str]:
    key, separator, value = change.partition("=")
    if not separator or not key.strip():
        raise InvalidSettings(f"--set {change!r} is not key=value")
    return key.strip(), value.strip()
