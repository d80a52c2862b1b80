"""`python -m scheduler`: the clock. It keeps nothing itself; what a tick does is a row before it is done."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from models.cluster import Cluster
from models.errors import SettingsError
from models.settings import Settings
from models.telemetry import configure_logging
from scheduler.runs import run_if_first
from scheduler.timetable import TIMETABLE, Schedule

logger = logging.getLogger(__name__)

LATE_S = 3600  # a tick that the process slept through is still run for this long


def main() -> int:
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    try:
        settings = Settings.from_environment(os.environ)
        configure_logging("scheduler", settings.log_level)
        cluster = Cluster(settings, name="scheduler")
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    clock = make_clock(cluster, settings)
    clock.start()
    end.wait()
    clock.shutdown(wait=True)
    cluster.close()
    return 0


def make_clock(cluster: Cluster, settings: Settings) -> BackgroundScheduler:
    """A clock, not yet started, that runs every schedule of the timetable when it is due."""
    clock = BackgroundScheduler(timezone=UTC)
    for schedule in TIMETABLE:
        clock.add_job(
            tick, _trigger(schedule), args=(cluster, settings, schedule), id=schedule.name,
            coalesce=True, max_instances=1, misfire_grace_time=LATE_S,
        )  # fmt: skip
    clock.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return clock


def tick(cluster: Cluster, settings: Settings, schedule: Schedule) -> None:
    """Run `schedule` for the moment that has just come due."""
    due_at = latest_due(schedule, datetime.now(UTC))
    if due_at is not None:
        run_if_first(cluster, settings, schedule, due_at)


def latest_due(schedule: Schedule, now: datetime) -> datetime | None:
    """The last time at or before `now` that `schedule` came due, or None when that is over an hour ago.

    Every scheduler finds the same moment, however late it is, so the run's row is the same for all of them.
    """
    trigger = _trigger(schedule)
    due, following = None, trigger.get_next_fire_time(None, now - timedelta(seconds=LATE_S))
    while following is not None and following <= now:
        if following.fold == 0:  # the hour that autumn repeats is due the first time only
            due = following
        following = trigger.get_next_fire_time(following, following)
    return None if due is None else due.astimezone(UTC)  # rows compare moments, not wall clocks


def _trigger(schedule: Schedule) -> CronTrigger:
    return CronTrigger.from_crontab(schedule.cron, timezone=ZoneInfo(schedule.zone))


def _tell(event: JobExecutionEvent) -> None:
    what = "missed" if event.code == EVENT_JOB_MISSED else "failed"
    told = {"action": "schedule", "schedule": event.job_id}
    logger.error("schedule %s %s: %s", event.job_id, what, event.exception, extra=told)


if __name__ == "__main__":
    raise SystemExit(main())
