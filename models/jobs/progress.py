"""How far a running job has come, and whether it is still its worker's: what a keeper asks and tells.

A job is at 0 from its claim on, at `PLANNED` when its plan is made, at 1 when that is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Double, Integer, Uuid, bindparam, text
from sqlalchemy.orm import Session

from models.events.event import EventType, event
from models.events.events import tell
from models.jobs.claim import Claim

PLANNED = 0.9

STILL_HELD = text("""
SELECT job.id, job.token FROM job JOIN unnest(:ids, :tokens) AS held (id, token) ON job.id = held.id
WHERE job.token = held.token AND job.state = 'running'
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("tokens", type_=ARRAY(Integer)))

# No index holds the progress, so the rows are changed in place. A row that somebody is moving needs none.
REPORT = text("""
WITH told AS (
    SELECT told.* FROM unnest(:ids, :tokens, :progresses) AS told (id, token, progress) JOIN job USING (id)
    WHERE job.token = told.token AND job.state = 'running'
    FOR UPDATE OF job SKIP LOCKED
)
UPDATE job SET progress = told.progress FROM told WHERE job.id = told.id RETURNING job.id, job.token
""").bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("tokens", type_=ARRAY(Integer)),
    bindparam("progresses", type_=ARRAY(Double)),
)


def still_held(session: Session, claims: Sequence[Claim]) -> set[tuple[UUID, int]]:
    """The leases of those claims that nobody has cancelled, rescued or ended meanwhile."""
    return {(row.id, row.token) for row in session.execute(STILL_HELD, _arrays(claims))}


def report(session: Session, progress: Sequence[tuple[Claim, float]]) -> None:
    """Write the progress, from 0 to 1, of the jobs that are still held."""
    told = {**_arrays([c for c, _ in progress]), "progresses": [p for _, p in progress]}
    written = {(row.id, row.token) for row in session.execute(REPORT, told)}
    tell(session, [event(c, EventType.PROGRESS, progress=p) for c, p in progress if c.lease in written])


def _arrays(claims: Sequence[Claim]) -> dict[str, Any]:
    return {"ids": [c.id for c in claims], "tokens": [c.token for c in claims]}
