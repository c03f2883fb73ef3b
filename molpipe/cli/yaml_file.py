"""A YAML file whose keys are text: ``NO`` is a molecule, not a truth value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from molpipe.errors import InvalidSettings


class _TextKeys(yaml.SafeLoader):
    """Keys as they are written, each of them once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be text", key.start_mark
                )
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}


def read_yaml(file: Path) -> dict[str, object]:
    """The values of a settings file, by key; none of an empty file.

    Raises:
        InvalidSettings: it cannot be read, or holds something else than keys.
    """
    try:
        values = yaml.load(file.read_text(encoding="utf-8"), Loader=_TextKeys)
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
