"""The time limit of a molecule, over its stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from molpipe.errors import CalculationError, InputError, MolpipeError, ResourceError
from molpipe.model.results import EnergyValue
from molpipe.model.settings import Settings
from molpipe.stages import Perform
from molpipe.store.records import Staged

T = TypeVar("T")


class LimitedStages:
    """Performs the stages of one molecule within its time limit.

    What counts is the time that stages computed, not the time that they waited. ``keys`` are
    those of the stages that were asked for.
    """

    def __init__(self, settings: Settings, perform: Perform, left: float | None = None) -> None:
        """Begin with ``left`` [s] of the limit; None for all of it."""
        self.settings = settings
        self.left = settings.limits.seconds if left is None else left
        self.reused = True
        self.keys: dict[str, str] = {}
        self._perform = perform

    def __call__(
        self, stage: str, key: str, kind: type[T], function: Callable[..., T], *arguments: Any
    ) -> Staged[T]:
        """Perform one stage (see :class:`molpipe.stages.Perform`).

        Raises:
            MolpipeError: what the stage raised, with its name; ResourceError ``TIME_LIMIT`` where
                nothing is left.
        """
        try:
            if self.left <= 0:
                limit = f"the limit of {self.settings.limits.seconds:g} s was used up"
                raise ResourceError(limit, hint="raise limits.seconds", code="TIME_LIMIT")
            self.keys[stage] = key
            staged = self._perform(
                stage,
                key,
                kind,
                function,
                *arguments,
                limits=self.settings.limits,
                seconds=self.left,
            )
        except MolpipeError as error:
            raise error.at(stage) from error.__cause__
        if not staged.recalled:
            self.reused = False
            self.left -= staged.seconds
        return staged

    def beside(
        self, stage: str, key: str, kind: type[T], function: Callable[..., T], *arguments: Any
    ) -> Staged[T] | EnergyValue:
        """A stage that the row can do without: its failure is an energy that is missing."""
        try:
            return self(stage, key, kind, function, *arguments)
        except (InputError, CalculationError, ResourceError) as error:
            if error.code == "TIME_LIMIT":
                self.left = 0.0
            return EnergyValue.missing("failed", error.message)
