"""What a flow run is asked to do: the one parameter of the flow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from molpipe.model.reactions import Reaction
from molpipe.model.settings import Settings


class BatchRequest(BaseModel):
    """A batch to compute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch: str = Field(description="A CSV, .smi, .sdf or .xyz file, or a folder of these.")
    settings: Settings = Field(Settings(), description="Settings of every row.")
    reactions: tuple[Reaction, ...] = Field((), description="Differences between named rows.")
    out: str = Field(description="Folder for results.json, results.csv and report.html.")
    database: str | None = Field(None, description="Result database: a path or a URL.")
    workers: int = Field(1, ge=1, description="Calculations that run at once.")
    force: bool = Field(False, description="Compute again what the database already holds.")
    retry_refused: bool = Field(False, description="Try again what a calculation refused before.")

    @property
    def name(self) -> str:
        """The name of the batch, for people."""
        return Path(self.batch).stem

    @property
    def named_settings(self) -> dict[str, Any]:
        """What a settings file would hold to ask for the same: settings, and any reactions."""
        settings = self.settings.model_dump(mode="json")
        reactions = [reaction.model_dump(mode="json") for reaction in self.reactions]
        return settings | ({"reactions": reactions} if reactions else {})
