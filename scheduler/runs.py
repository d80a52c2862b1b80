"""A run of a schedule happens once for each time it comes due, however many schedulers there are."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from models.cluster import Cluster
from models.run import Run, RunState
from models.settings import Settings
from scheduler.timetable import Schedule

logger = logging.getLogger(__name__)


def run_if_first(cluster: Cluster, settings: Settings, schedule: Schedule, due_at: datetime) -> bool:
    """Run `schedule` for `due_at` unless that run already has a row; return whether it ran here.

    A run that fails keeps its row with the reason and raises; it is not tried again by itself.
    """
    with cluster.control() as session:
        mine = session.execute(
            insert(Run)
            .values(schedule=schedule.name, due_at=due_at)
            .on_conflict_do_nothing()
            .returning(Run.schedule)
        ).scalar_one_or_none()
    if mine is None:
        return False
    try:
        counts = schedule.run_once(cluster, settings, datetime.now(UTC))
    except Exception as error:
        _finish(cluster, schedule, due_at, state=RunState.FAILED, error=repr(error))
        raise
    _finish(cluster, schedule, due_at, state=RunState.SUCCEEDED, counts=counts)
    logger.info("%s done: %s", schedule.name, counts, extra={"action": schedule.name, "counts": counts})
    return True


def _finish(cluster: Cluster, schedule: Schedule, due_at: datetime, **values: object) -> None:
    with cluster.control() as session:
        session.execute(
            update(Run)
            .where(Run.schedule == schedule.name, Run.due_at == due_at)
            .values(finished_at=func.now(), **values)
        )
