"""When a tenant's night is, by the clocks of its time zone, which skip an hour in spring and repeat one.

A night is named by the day that it leads to. It starts at `nightly_at` and its plans are ready at `ready_by`
of that day; where `nightly_at` is the later of the two it starts on the evening before. A time that the
clocks skip counts by the offset of before, one that comes twice is its first coming; either way a night has
one start, and its date is its key.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Night:
    """One night of a time zone; both moments in UTC."""

    date: date
    starts_at: datetime.datetime
    ready_by: datetime.datetime


def night_of(day: date, zone: str, settings: Settings) -> Night:
    """The night that leads to `day`."""
    start, ready = clock(settings.nightly_at), clock(settings.ready_by)
    eve = day if start < ready else day - timedelta(days=1)
    return Night(date=day, starts_at=_moment(eve, start, zone), ready_by=_moment(day, ready, zone))


def latest_night(now: datetime.datetime, zone: str, settings: Settings) -> Night:
    """The night that started last."""
    today = now.astimezone(ZoneInfo(zone)).date()
    nights = [night_of(today + timedelta(days=n), zone, settings) for n in (1, 0, -1)]
    return next(night for night in nights if night.starts_at <= now)


def first_day(night: Night, now: datetime.datetime, zone: str) -> date:
    """The first day that is planned anew: the night's own, or tomorrow where that day has begun."""
    today = now.astimezone(ZoneInfo(zone)).date()
    if night.date > today or now < night.ready_by:
        return night.date
    return today + timedelta(days=1)


def unknown_zones(zones: Iterable[str]) -> list[str]:
    """Those that are no names of time zones.

    >>> unknown_zones(["UTC", "America/New_York", "America/NewYork"])
    ['America/NewYork']
    """
    return [zone for zone in zones if not _is_zone(zone)]


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True


def clock(text: str) -> datetime.time:
    """The time of day of "HH:MM".

    Raises
    ------
    ValueError
        When it is none.
    """
    return datetime.datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 (a time of day has no zone)


def _moment(day: date, at: datetime.time, zone: str) -> datetime.datetime:
    return datetime.datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC)
