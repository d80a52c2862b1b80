"""When what is done: the only list of schedules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.cluster import Cluster
from models.settings import Settings
from scheduler import prune

Job = Callable[[Cluster, Settings, datetime], dict[str, int]]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """`cron` is minute, hour, day, month, weekday in the time zone `zone`; `run_once` returns counts."""

    name: str
    cron: str
    zone: str
    run_once: Job


TIMETABLE: tuple[Schedule, ...] = (
    Schedule(name="prune", cron="20 3 * * *", zone="UTC", run_once=prune.run_once),
)
