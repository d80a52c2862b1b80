"""When a line of cron came due last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

LOOK_BACK_S = (60, 3600, 86_400, 32 * 86_400)
"""How far back is looked, a little at first: a line of every minute has many moments in a month."""


def latest_due(line: str, now: datetime, zone: str = "UTC") -> datetime | None:
    """The last moment up to `now` at which `line` came due in `zone`; None when that is over a month ago.

    Every scheduler finds the same moment, however late it is. The hour that autumn repeats is due the first
    time only; of the hour that spring leaves out, nothing is due.
    """
    trigger = CronTrigger.from_crontab(line, timezone=ZoneInfo(zone))
    found = (_latest_since(trigger, now, back_s) for back_s in LOOK_BACK_S)
    return next((due for due in found if due is not None), None)


def _latest_since(trigger: CronTrigger, now: datetime, back_s: float) -> datetime | None:
    due, following = None, trigger.get_next_fire_time(None, now - timedelta(seconds=back_s))
    while following is not None and following <= now:
        if following.fold == 0:
            due = following
        following = trigger.get_next_fire_time(following, following)
    return None if due is None else due.astimezone(UTC)  # rows compare moments, not wall clocks
