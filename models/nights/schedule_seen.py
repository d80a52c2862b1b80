"""How the schedules stand, from the rows of their runs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class SeenSchedule:
    """One schedule: its last success, how late the latest run began, and the runs that came to nothing."""

    name: str
    succeeded_at: float | None  # seconds since 1970
    late_s: float
    failed: int
    missed: int


SEEN = text("""
SELECT schedule AS name,
    extract(epoch FROM max(finished_at) FILTER (WHERE state = 'succeeded'))::float8 AS succeeded_at,
    coalesce((array_agg(extract(epoch FROM started_at - due_at)::float8 ORDER BY due_at DESC)
        FILTER (WHERE state <> 'missed'))[1], 0) AS late_s,
    count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'missed') AS missed
FROM run WHERE due_at > now() - interval '7 days' GROUP BY schedule
""")


def see_schedules(session: Session) -> list[SeenSchedule]:
    """Every schedule that came due in the last seven days."""
    return [SeenSchedule(**row._mapping) for row in session.execute(SEEN)]
