"""The calculations of a study in a child process, within their limits."""

from __future__ import annotations

from molpipe.limits import Workers
from molpipe.model.molecule import Geometry
from molpipe.model.settings import Settings
from molpipe.stages import load_engines
from molpipe.validation.comparison import Measure
from molpipe.validation.quantities import Measurement, measure


def measure_in(workers: Workers) -> Measure:
    """:func:`measure`, called in a child process of ``workers``."""

    def measured(
        geometry: Geometry, settings: Settings, quantities: tuple[str, ...]
    ) -> tuple[Measurement, ...]:
        limits = settings.limits
        return workers.run(
            measure,
            geometry,
            settings,
            quantities,
            seconds=limits.seconds,
            memory_gb=limits.memory_gb,
            ready=load_engines,
        )

    return measured
