"""What a flow run is asked to do: the one parameter of the flow, and the form in the UI."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from molpipe.model.pool import Pool
from molpipe.model.settings import Settings

MAX_TITLE: Final = 120
"""Characters of the name of a run."""


class BatchRequest(BaseModel):
    """A batch to compute: pasted molecules, or a batch that was stored before.

    It holds no path and no address of a database: whoever may start a run may not choose these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    smiles: str = Field(
        "",
        title="Molecules",
        max_length=100_000,
        description="One SMILES a line, and a name behind it if you like: `CCO ethanol`.",
        json_schema_extra={"position": 0},
    )
    stored_batch: str = Field(
        "",
        title="Or a stored batch",
        max_length=200,
        description="Name or key of a batch that was sent with `molpipe submit`.",
        json_schema_extra={"position": 1},
    )
    name: str = Field(
        "",
        title="Name of the run",
        max_length=MAX_TITLE,
        description="Instead of the Run Name above; empty for the name of the batch.",
        json_schema_extra={"position": 2},
    )
    pool: Pool = Field(
        "cpu",
        title="Where circuits run",
        description="cpu: with the rest. quantum: in one run on the work pool `quantum`.",
        json_schema_extra={"position": 3},
    )
    force: bool = Field(
        False,
        title="Compute again",
        description="Also what the result database already holds.",
        json_schema_extra={"position": 4},
    )
    retry_refused: bool = Field(
        False,
        title="Try refused calculations again",
        description="Failed and partial ones always are.",
        json_schema_extra={"position": 5},
    )
    settings: Settings = Field(
        Settings(),
        title="Settings",
        description="For every molecule; a stored batch may override them row by row.",
        json_schema_extra={"position": 6},
    )

    @property
    def title(self) -> str:
        """What to call the run."""
        return self.name or self.stored_batch[:40] or "pasted molecules"
