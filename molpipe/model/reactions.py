"""The reactions that a batch names: differences between its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from molpipe.errors import InvalidSettings

Coefficient = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Side = Annotated[dict[str, Coefficient], Field(min_length=1)]

SHAPE = "write `- {name: ..., reactants: {row name: 1}, products: {row name: 1}}`"


class Reaction(BaseModel):
    """Products minus reactants, as the ``reactions:`` of a settings file name them.

    Coefficients are counted from the names of rows. A conformer pair, or a spin gap, is a
    reaction of one row to another. ``group`` gathers alternatives whose order matters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    reactants: Side
    products: Side
    group: str | None = Field(None, min_length=1, max_length=120)

    @model_validator(mode="after")
    def _names_each_row_once(self) -> Self:
        both = sorted(self.reactants.keys() & self.products.keys())
        if both:
            raise ValueError(f"the row {both[0]!r} stands on both sides")
        return self

    @property
    def members(self) -> Mapping[str, float]:
        """Row name -> coefficient, negative for reactants."""
        return self.products | {name: -count for name, count in self.reactants.items()}


def parse_reactions(values: object) -> tuple[Reaction, ...]:
    """The reactions of a settings file.

    Raises:
        InvalidSettings: names the reaction, and what is wrong with it.
    """
    if values is None:
        return ()
    if not isinstance(values, list | tuple):
        raise InvalidSettings(f"reactions is a {type(values).__name__}, not a list", hint=SHAPE)
    return tuple(_parse(number, value) for number, value in enumerate(values, start=1))


def _parse(number: int, value: Any) -> Reaction:
    try:
        return Reaction.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        name = value.get("name") if isinstance(value, Mapping) else None
        label = repr(name) if isinstance(name, str) else f"number {number}"
        place = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidSettings(
            f"reaction {label}: {place}{': ' if place else ''}{reason}", hint=SHAPE
        ) from None
