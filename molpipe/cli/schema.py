"""molpipe schema: the JSON schema of what goes in and of what comes out."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer


class Document(StrEnum):
    """What has a schema."""

    SETTINGS = "settings"
    RESULTS = "results"


def schema(
    document: Annotated[Document, typer.Argument(help="Which one.")] = Document.SETTINGS,
) -> None:
    """Print the JSON schema of the settings or of results.json."""
    if document is Document.SETTINGS:
        from pydantic import create_model  # noqa: PLC0415

        from molpipe.model.pool import Pool  # noqa: PLC0415
        from molpipe.model.reactions import Reaction  # noqa: PLC0415
        from molpipe.model.settings import Settings  # noqa: PLC0415

        file = create_model(
            "Settings", __base__=Settings, reactions=(tuple[Reaction, ...], ()), pool=(Pool, "cpu")
        )
        found = file.model_json_schema()
    else:
        from molpipe.exports import results_json  # noqa: PLC0415

        found = results_json.schema()
    typer.echo(json.dumps(found, indent=2))
