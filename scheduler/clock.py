"""The clock: looks every few seconds at what has come due, and sees that it is run once.

There may be several. One has the lead and runs what is due at once; the others run only what is still undone
when it is `STANDBY_S` late, as when the leader was stopped without losing its connection. The run's row and
lock, not the lead, keep it from being done twice.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import select

from models.alive import beat
from models.cluster import Cluster
from models.errors import ModelError
from models.members.tenant import Tenant, TenantState
from models.nights.hours import unknown_zones
from models.settings import Settings
from scheduler.lead import Lead
from scheduler.runs import is_over, is_resting, note_missed, run_if_first
from scheduler.timetable import Schedule, schedules

logger = logging.getLogger(__name__)

STANDBY_S = 120.0
AT_ONCE = 4  # schedules that run beside each other
LATE_S = 60.0  # a run that starts later than this is told of

Key = tuple[str, datetime]


class Clock:
    """The runs of one scheduler process."""

    def __init__(self, cluster: Cluster, settings: Settings) -> None:
        self._cluster = cluster
        self._settings = settings
        self._lead = Lead(cluster)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="schedule")
        self._over: dict[str, datetime] = {}  # of each schedule, the due moment that is over and done
        self._running: dict[Key, Future[None]] = {}

    def look(self, now: datetime) -> list[Key]:
        """Start what has come due and is not done; return the runs that were started here."""
        beat(self._settings)
        leading = self._lead.take()
        self._running = {key: run for key, run in self._running.items() if not run.done()}
        try:
            due = [(s, at) for s in schedules(self._settings, self._zones()) if (at := s.due(now))]
            return [key for s, at in due if (key := self._look_at(s, at, now, leading))]
        except ModelError as error:
            logger.warning("the clock waits for the database: %s", error, extra={"action": "clock"})
            return []

    def wait(self) -> None:
        """Wait until what runs here has ended."""
        for run in list(self._running.values()):
            run.result()

    def close(self) -> None:
        """Finish what runs, then leave the lead to others."""
        self._pool.shutdown(wait=True)
        self._lead.give_up()

    def _look_at(self, schedule: Schedule, due_at: datetime, now: datetime, leading: bool) -> Key | None:
        key = (schedule.name, due_at)
        if self._over.get(schedule.name) == due_at or key in self._running:
            return None
        late_s = (now - due_at).total_seconds()
        if late_s > schedule.catch_up_s:
            note_missed(self._cluster, schedule, due_at)
            self._over[schedule.name] = due_at
            return None
        if not leading and late_s < STANDBY_S:
            return None
        if is_over(self._cluster, schedule, due_at):
            self._over[schedule.name] = due_at
            return None
        if is_resting(self._cluster, schedule, due_at):
            return None
        self._running[key] = self._pool.submit(self._run, schedule, due_at, now)
        return key

    def _run(self, schedule: Schedule, due_at: datetime, now: datetime) -> None:
        told = {"action": "schedule", "schedule": schedule.name, "due_at": due_at}
        late_s = (now - due_at).total_seconds()
        if late_s > LATE_S:
            logger.warning("%s is caught up %.0f s late", schedule.name, late_s, extra=told)
        try:
            run_if_first(self._cluster, self._settings, schedule, due_at, now)
        except Exception as error:  # the row has the reason; other schedules go on
            logger.error("%s failed: %r", schedule.name, error, exc_info=error, extra=told)

    def _zones(self) -> set[str]:
        with self._cluster.control() as session:
            zones = set(session.scalars(select(Tenant.zone).where(Tenant.state == TenantState.ACTIVE)))
        for zone in unknown_zones(zones):  # its tenants alone have no nights until it is put right
            told = {"action": "clock.zone", "zone": zone}
            logger.error("there is no time zone %r: its tenants have no nights", zone, extra=told)
            zones.remove(zone)
        return zones
