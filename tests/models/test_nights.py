"""A night has one date and one start, whatever the clocks of the time zone do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from models.nights.hours import first_day, latest_night, night_of
from models.settings import Settings

SETTINGS = Settings()
NEW_YORK = "America/New_York"


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_night_starts_and_ends_by_the_wall_clock_of_the_zone():
    night = night_of(date(2026, 12, 1), NEW_YORK, SETTINGS)
    assert (night.starts_at, night.ready_by) == (utc(2026, 12, 1, 5, 30), utc(2026, 12, 1, 10, 0))


def test_night_that_starts_before_midnight_leads_to_the_next_day():
    evening = replace(SETTINGS, nightly_at="22:00")
    night = night_of(date(2026, 12, 2), "UTC", evening)
    assert (night.starts_at, night.ready_by) == (utc(2026, 12, 1, 22, 0), utc(2026, 12, 2, 5, 0))
    assert latest_night(utc(2026, 12, 1, 22, 0), "UTC", evening).date == date(2026, 12, 2)
    assert latest_night(utc(2026, 12, 1, 21, 59), "UTC", evening).date == date(2026, 12, 1)


@pytest.mark.parametrize(
    "zone", ["UTC", NEW_YORK, "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"]
)
@pytest.mark.parametrize("nightly_at", ["00:30", "01:30", "02:30", "22:00"])
@pytest.mark.parametrize("around", [utc(2026, 3, 8), utc(2026, 11, 1), utc(2026, 7, 1)])
def test_every_day_has_one_night_and_they_follow_each_other(zone, nightly_at, around):
    settings = replace(SETTINGS, nightly_at=nightly_at)
    looks = [around - timedelta(days=2) + timedelta(minutes=10 * n) for n in range(4 * 144)]
    nights = [latest_night(look, zone, settings) for look in looks]
    dates = sorted({night.date for night in nights})
    assert [b - a for a, b in pairwise(dates)] == [timedelta(days=1)] * (len(dates) - 1)
    assert nights == sorted(nights, key=lambda night: night.date)  # never back to the night before
    assert len({(night.date, night.starts_at) for night in nights}) == len(dates)
    assert all(night.starts_at <= look for night, look in zip(nights, looks, strict=True))


def test_start_in_the_hour_that_spring_leaves_out_is_that_long_after_midnight():
    settings = replace(SETTINGS, nightly_at="02:30")
    assert night_of(date(2026, 3, 8), NEW_YORK, settings).starts_at == utc(2026, 3, 8, 7, 30)


def test_start_in_the_hour_that_autumn_repeats_is_its_first_coming():
    settings = replace(SETTINGS, nightly_at="01:30")
    assert night_of(date(2026, 11, 1), NEW_YORK, settings).starts_at == utc(2026, 11, 1, 5, 30)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (utc(2026, 12, 1, 0, 30), date(2026, 12, 1)),
        (utc(2026, 12, 1, 4, 59), date(2026, 12, 1)),
        (utc(2026, 12, 1, 5, 0), date(2026, 12, 2)),  # the day has begun: it is lived as it was planned
        (utc(2026, 12, 3, 9, 0), date(2026, 12, 4)),
        (utc(2026, 11, 20, 9, 0), date(2026, 12, 1)),
    ],
)
def test_day_that_has_begun_is_not_planned_anew(now, day):
    assert first_day(night_of(date(2026, 12, 1), "UTC", SETTINGS), now, "UTC") == day
