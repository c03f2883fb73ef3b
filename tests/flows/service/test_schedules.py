"""Schedules: what never fires is refused, and what fires is what was written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.service.schedules import Schedules
from molpipe.errors import InputError

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def refused(**given):
    with pytest.raises(InputError) as caught:
        Schedules(**given).check(NOON)
    assert caught.value.code == "BAD_SCHEDULE"
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("cron", ["0 2 * * *", "* * * * *", "*/5 9-17 * * 1-5", "0 0 29 2 *", None])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_what_fires_passes(cron, zone):
    Schedules(nightly=cron, weekly=cron, timezone=zone).check(NOON)


NEVER = ["0 0 31 2 *", "0 0 30 2 *", "0 0 31 2 1", "0 0 31 4,6,9,11 *"]
NO_CRON = ["", "daily", "0 2 * *", "61 * * * *", "0 25 * * *", "0 2 * * 8", "two o'clock"]


@pytest.mark.parametrize("cron", NEVER + NO_CRON)
@pytest.mark.parametrize("which", ["nightly", "weekly"])
def test_what_would_never_fire_is_refused_by_name(which, cron):
    assert refused(**{which: cron}) == f"the {which} schedule {cron!r} would never fire"


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "Europe/Atlantis", "../../etc/passwd", "UTC\0", "."]
)
def test_a_zone_that_is_not_there_is_refused(zone):
    assert repr(zone) in refused(timezone=zone)
