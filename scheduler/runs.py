"""A run of a schedule happens once for each time it comes due, however many schedulers there are.

While it runs, its scheduler holds an advisory lock of the run's name; a row that says `running` whose lock is
free was left by a scheduler that died, and is run again, as is one that failed: every `run_once` may be.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.nights.run import Run, RunState
from models.settings import Settings
from scheduler.timetable import Schedule

logger = logging.getLogger(__name__)

AGAIN_S = 300.0  # from a run that failed to its next try


def run_if_first(
    cluster: Cluster, settings: Settings, schedule: Schedule, due_at: datetime, now: datetime
) -> bool:
    """Run `schedule` for `due_at` unless that was done or somebody is at it; return whether it ran here.

    A run that fails keeps its row with the reason and raises; it may be run again after `AGAIN_S`.
    """
    with _run_lock(cluster, schedule.name, due_at) as ours:
        if not ours or not _begin(cluster, schedule, due_at):
            return False
        try:
            counts = schedule.run_once(cluster, settings, now)
        except Exception as error:
            _finish(cluster, schedule, due_at, state=RunState.FAILED, error=repr(error))
            raise
        _finish(cluster, schedule, due_at, state=RunState.SUCCEEDED, counts=counts)
    logger.info("%s done: %s", schedule.name, counts, extra={"action": schedule.name, "counts": counts})
    return True


def is_over(cluster: Cluster, schedule: Schedule, due_at: datetime) -> bool:
    """Whether the run for `due_at` has ended well or was missed."""
    with cluster.control() as session:
        run = session.get(Run, (schedule.name, due_at))
    return run is not None and run.state in (RunState.SUCCEEDED, RunState.MISSED)


def is_resting(cluster: Cluster, schedule: Schedule, due_at: datetime) -> bool:
    """Whether the run for `due_at` has failed so lately that it is not tried again yet."""
    with cluster.control() as session:
        failed = (*_key(schedule, due_at), Run.state == RunState.FAILED, ~_has_rested())
        return bool(session.scalar(select(exists().where(*failed))))


def note_missed(cluster: Cluster, schedule: Schedule, due_at: datetime) -> bool:
    """Keep that nobody ran `schedule` in time; False when somebody did, or it has never run before."""
    with cluster.control() as session:
        if not session.scalar(select(exists().where(Run.schedule == schedule.name))):
            return False  # a new platform has missed nothing
        missed = {"state": RunState.MISSED, "finished_at": func.now()}
        noted = insert(Run).values(schedule=schedule.name, due_at=due_at, **missed).on_conflict_do_nothing()
        new = session.scalar(noted.returning(Run.schedule)) is not None
    if new:
        told = {"action": "schedule.missed", "schedule": schedule.name, "due_at": due_at}
        logger.error("%s, due at %s, was missed", schedule.name, due_at, extra=told)
    return new


@contextmanager
def _run_lock(cluster: Cluster, name: str, due_at: datetime) -> Iterator[bool]:
    with cluster.own_connection("scheduler-run") as connection:
        key = f"{name} {due_at.astimezone(UTC).isoformat()}"
        row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key]).fetchone()
        yield bool(row and row[0])


def _begin(cluster: Cluster, schedule: Schedule, due_at: datetime) -> bool:
    with cluster.control() as session:
        started = insert(Run).values(schedule=schedule.name, due_at=due_at).on_conflict_do_nothing()
        if session.scalar(started.returning(Run.schedule)) is not None:
            return True
        return _take_over(session, schedule, due_at)


def _take_over(session: Session, schedule: Schedule, due_at: datetime) -> bool:
    failed = and_(Run.state == RunState.FAILED, _has_rested())
    left = update(Run).where(*_key(schedule, due_at), or_(Run.state == RunState.RUNNING, failed))
    again = {"state": RunState.RUNNING, "started_at": func.now(), "finished_at": None, "error": None}
    if session.scalar(left.values(again).returning(Run.schedule)) is None:
        return False
    told = {"action": "schedule.again", "schedule": schedule.name, "due_at": due_at}
    logger.warning("%s failed, or its scheduler ended: it is run again", schedule.name, extra=told)
    return True


def _has_rested() -> ColumnElement[bool]:
    return Run.finished_at < func.now() - timedelta(seconds=AGAIN_S)


def _finish(cluster: Cluster, schedule: Schedule, due_at: datetime, **values: object) -> None:
    with cluster.control() as session:
        ended = update(Run).where(*_key(schedule, due_at))
        session.execute(ended.values(finished_at=func.now(), **values))


def _key(schedule: Schedule, due_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Run.schedule == schedule.name, Run.due_at == due_at
