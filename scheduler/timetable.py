"""When what is done: the only list of schedules, beside the nights of each time zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from models.cluster import Cluster
from models.nights.hours import latest_night
from models.settings import Settings
from scheduler import archive, arrivals, months, nightly, outbox, prune, watch
from scheduler.cron import latest_due

RunOnce = Callable[[Cluster, Settings, datetime], dict[str, int]]
Due = Callable[[datetime], datetime | None]
"""From now to the moment at which it came due last."""

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """`run_once` is done for each moment that `due` gives.

    A run that was missed, because no scheduler ran, is caught up once for `catch_up_s` seconds; one run then
    stands for all that were missed. After that it is a row in the state `missed`.
    """

    name: str
    due: Due
    catch_up_s: float
    run_once: RunOnce


TIMETABLE: tuple[Schedule, ...] = (
    Schedule(name="watch", due=partial(latest_due, "* * * * *"), catch_up_s=MINUTE, run_once=watch.run_once),
    Schedule(
        name="outbox", due=partial(latest_due, "*/5 * * * *"), catch_up_s=5 * MINUTE, run_once=outbox.run_once
    ),
    Schedule(
        name="arrivals",
        due=partial(latest_due, "*/5 * * * *"),
        catch_up_s=5 * MINUTE,
        run_once=arrivals.run_once,
    ),
    Schedule(
        name="prune", due=partial(latest_due, "20 3 * * *"), catch_up_s=23 * HOUR, run_once=prune.run_once
    ),
    Schedule(
        name="months", due=partial(latest_due, "50 1 * * *"), catch_up_s=23 * HOUR, run_once=months.run_once
    ),
    Schedule(
        name="archive", due=partial(latest_due, "20 2 * * *"), catch_up_s=6 * HOUR, run_once=archive.run_once
    ),
)


def schedules(settings: Settings, zones: Iterable[str]) -> tuple[Schedule, ...]:
    """The timetable with the nights of these time zones, which are due by the wall clock there."""
    return (*TIMETABLE, *(night_schedule(zone, settings) for zone in sorted(zones)))


def night_schedule(zone: str, settings: Settings) -> Schedule:
    """The nights of a time zone: caught up through the morning, and given up when the day is half over."""
    return Schedule(
        name=f"nightly {zone}",
        due=lambda now: latest_night(now, zone, settings).starts_at,
        catch_up_s=12 * HOUR,
        run_once=partial(nightly.run_once, zone=zone),
    )
