"""Ending an attempt: with a plan, with a problem for good, or with another try later.

Each is conditional on the lease: what a worker no longer holds, it cannot end.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Row, Uuid, bindparam, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.base import Json
from models.cache.forget import forget
from models.cache.keys import plan_key
from models.errors import LeaseLost
from models.events.deliveries import OWE_ENDED, owe_deliveries
from models.events.event import EventType, event
from models.events.events import tell
from models.ids import bucket_of, new_id
from models.jobs.claim import Claim, from_now, history_entry, is_held
from models.jobs.job import Job, JobState
from models.jobs.outbox import owe
from models.jobs.plan_change import about_of, overtaken, plan_request
from models.plans.plan import Plan, PlanState
from models.plans.stored import PackedPlan, packed_plan
from planners.spec import Kind

MOST_BACKOFF_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Made:
    """A job in hand and the plan that was made for it, as planners.plan.plan_json gives it."""

    held: Claim
    body: Json
    packed: PackedPlan = field(init=False)  # at once, so that no lock is held meanwhile

    def __post_init__(self) -> None:
        asked = plan_request(self.held.request)
        object.__setattr__(self, "packed", packed_plan(self.held.kind, self.body, asked))


def succeed(session: Session, made: Sequence[Made]) -> list[UUID | None]:
    """Save the plans and finish their jobs, together or not at all.

    A plan becomes the member's current one of its kind unless a later job has already made a newer.

    Returns
    -------
    For each, the plan's id, or None where the job was no longer held: then nothing was written for it.

    Raises
    ------
    Conflict
        When one changes a plan that is no longer current, or that another of them changes too.
    """
    # The members' rows serialise the plans of one member: exactly one is current for each kind.
    session.execute(LOCK_MEMBERS, {"ids": sorted({m.held.member for m in made})})
    _look_that_none_is_overtaken(session, made)
    finished = _finish_held(session, made)
    saved = [(m, row) for m in made if (row := finished.get((m.held.id, m.held.token)))]
    if saved:
        _save(session, saved)
        tell(session, [event(m.held, EventType.SUCCEEDED, plan_id=row.plan_id) for m, row in saved])
    return [row.plan_id if (row := finished.get((m.held.id, m.held.token))) else None for m in made]


def _look_that_none_is_overtaken(session: Session, made: Sequence[Made]) -> None:
    about = [found.plan_id for m in made if (found := about_of(m.held.request))]
    if not about:
        return
    current = select(Plan.id).where(Plan.id.in_(about), Plan.state == PlanState.CURRENT)
    if len(set(session.scalars(current))) < len(about):
        raise overtaken()


def reply(session: Session, held: Claim, plan_id: UUID, answer: Json) -> None:
    """Finish a job that was a question about a plan; `LeaseLost` when it is no longer held."""
    ended = {"state": JobState.SUCCEEDED, "finished_at": func.clock_timestamp(), "progress": 1}
    changed = session.execute(
        update(Job)
        .where(*is_held(held))
        .values(lease_until=None, plan_id=plan_id, answer=answer, **ended)
        .returning(Job.id)
    ).scalar_one_or_none()
    if changed is None:
        raise _lost(held)
    owe_deliveries(session, [held.id])
    tell(session, [event(held, EventType.SUCCEEDED, plan_id=plan_id)])


def fail(session: Session, held: Claim, problem: Json) -> None:
    """Finish the job for good with the problem that ended it; `LeaseLost` when it is no longer held."""
    ended = {"state": JobState.FAILED, "finished_at": func.clock_timestamp(), "error": problem}
    _end_attempt(session, held, problem, **ended)
    owe_deliveries(session, [held.id])
    tell(session, [event(held, EventType.FAILED, problem=problem["type"])])


def retry_later(session: Session, held: Claim, problem: Json, *, base_s: float) -> float:
    """Put the job back with exponential backoff and jitter; return the wait in seconds, or `LeaseLost`."""
    wait_s = backoff_s(held.attempts, base_s, random.random())  # noqa: S311 (spreads load, keeps no secret)
    again = {"state": JobState.QUEUED, "worker": None, "progress": 0, "due_at": from_now(wait_s)}
    _end_attempt(session, held, problem, **again)
    owe(session, [held.id])
    tell(session, [event(held, EventType.RETRYING, problem=problem["type"])])
    return wait_s


def backoff_s(attempts: int, base_s: float, uniform: float) -> float:
    """Wait after `attempts` failures: base·2^(attempts-1), at most 60 s, times (1 + `uniform`)/2."""
    return float(min(MOST_BACKOFF_S, base_s * 2.0 ** (attempts - 1)) * (0.5 + uniform / 2))


def _end_attempt(session: Session, held: Claim, problem: Json, **values: Any) -> None:
    history = Job.history.op("||")(literal([history_entry(held, problem)], JSONB))
    changed = session.execute(
        update(Job)
        .where(*is_held(held))
        .values(lease_until=None, history=history, **values)
        .returning(Job.id)
    ).scalar_one_or_none()
    if changed is None:
        raise _lost(held)


def _lost(held: Claim) -> LeaseLost:
    return LeaseLost(f"job {held.id} is no longer held with token {held.token}")


# Finishes the jobs that are held with these tokens, and owes their webhooks what they are to be told; with
# each job come the plan that was current until now, and its job. The members' rows are locked before, so
# this statement sees every plan saved for them.
FINISH = text(f"""
WITH made AS (
    SELECT * FROM unnest(:ids, :tokens, :plan_ids) AS made (id, token, plan_id)
), ended AS (
    UPDATE job SET state = 'succeeded', plan_id = made.plan_id, progress = 1, lease_until = NULL,
        finished_at = clock_timestamp()
    FROM made WHERE job.id = made.id AND job.token = made.token AND job.state = 'running'
    RETURNING job.id, job.token, job.plan_id, job.tenant_id, job.member_id, job.kind, job.state, job.error,
        job.finished_at
), owed AS ({OWE_ENDED})
SELECT ended.id, ended.token, ended.plan_id, plan.id AS current_id, plan.job_id AS current_job_id
FROM ended LEFT JOIN plan
    ON plan.member_id = ended.member_id AND plan.kind = ended.kind AND plan.state = 'current'
""").bindparams(  # noqa: S608 (a constant of ours)
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("tokens", type_=ARRAY(Integer)),
    bindparam("plan_ids", type_=ARRAY(Uuid)),
)
SUPERSEDE = text(
    "UPDATE plan SET state = 'superseded' WHERE id = ANY(:ids) AND state = 'current'"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
LOCK_MEMBERS = text("SELECT id FROM member WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


def _finish_held(session: Session, made: Sequence[Made]) -> dict[tuple[UUID, int], Row[Any]]:
    arrays = {
        "ids": [m.held.id for m in made],
        "tokens": [m.held.token for m in made],
        "plan_ids": [new_id(bucket_of(m.held.member)) for m in made],
    }
    return {(row.id, row.token): row for row in session.execute(FINISH, arrays)}


def _save(session: Session, saved: Sequence[tuple[Made, Row[Any]]]) -> None:
    newest: dict[tuple[UUID, Kind], UUID] = {}
    for made, row in saved:
        key = made.held.member, made.held.kind
        newest[key] = max(newest.get(key, made.held.id), made.held.id, row.current_job_id or made.held.id)
    current = set(newest.values())
    superseded = [(m.held, r) for m, r in saved if r.current_id and r.current_job_id not in current]
    if superseded:
        session.execute(SUPERSEDE, {"ids": [row.current_id for _, row in superseded]})
        forget(session, [plan_key(held.tenant_id, held.member, row.current_id) for held, row in superseded])
    session.execute(insert(Plan), [_row(session, made, row.plan_id, current) for made, row in saved])


def _row(session: Session, made: Made, plan_id: UUID, current: set[UUID]) -> dict[str, Any]:
    held = made.held
    return {
        "id": plan_id,
        "tenant_id": held.tenant_id,
        "member_id": held.member_id,
        "job_id": held.id,
        "kind": held.kind,
        "state": PlanState.CURRENT if held.id in current else PlanState.SUPERSEDED,
        **made.packed.columns(session),
    }
