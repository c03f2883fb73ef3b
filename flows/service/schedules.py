"""When the scheduled deployments run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from molpipe.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Schedules:
    """When the scheduled deployments run: cron strings in a time zone; None for never."""

    nightly: str | None = "0 2 * * *"
    weekly: str | None = "0 4 * * 0"
    timezone: str = "UTC"

    def check(self, now: datetime) -> None:
        """Refuse what would never fire.

        Raises:
            InputError: BAD_SCHEDULE, which of them and why.
        """
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InputError(
                f"there is no time zone {self.timezone!r}",
                hint="name one such as Europe/Berlin or UTC",
                code="BAD_SCHEDULE",
            ) from None
        for what, cron in (("nightly", self.nightly), ("weekly", self.weekly)):
            if cron is not None and not _fires(cron, self.timezone, now):
                raise InputError(
                    f"the {what} schedule {cron!r} would never fire",
                    hint="write minute, hour, day, month, weekday, such as '0 2 * * *', or 'never'",
                    code="BAD_SCHEDULE",
                )


def _fires(cron: str, timezone: str, now: datetime) -> bool:
    """Whether Prefect's scheduler finds a time; it says nothing where it finds none."""
    # Here, because Prefect reads its settings from the environment when it is imported.
    from prefect.server.schemas.schedules import CronSchedule  # noqa: PLC0415

    try:
        return bool(asyncio.run(CronSchedule(cron=cron, timezone=timezone).get_dates(1, now)))
    except ValueError:
        return False
