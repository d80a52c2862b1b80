"""Ending an attempt: with a plan, with a problem for good, or with another try later.

Each is conditional on the lease: what a worker no longer holds, it cannot end.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, func, insert, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.base import Json
from models.claim import Claim, from_now, history_entry, is_held
from models.errors import LeaseLost
from models.ids import bucket_of, new_id
from models.job import Job, JobState
from models.member import Member
from models.outbox import owe
from models.plan import Plan, PlanState
from planners.spec import Kind

MOST_BACKOFF_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Made:
    """A job in hand and the plan that was made for it, as planners.plan.plan_json gives it."""

    held: Claim
    body: Json


def succeed(session: Session, made: Sequence[Made]) -> list[UUID | None]:
    """Save the plans and finish their jobs, together or not at all.

    A plan becomes the member's current one of its kind unless a later job has already made a newer.

    Returns
    -------
    For each, the plan's id, or None where the job was no longer held: then nothing was written for it.
    """
    # The members' rows serialise the plans of one member: exactly one is current for each kind.
    members = sorted({m.held.member_id for m in made})
    session.execute(
        select(Member.id).where(Member.id.in_(members)).order_by(Member.id).with_for_update(key_share=True)
    )
    plan_ids = [new_id(bucket_of(m.held.member_id)) for m in made]
    finished = _finish_held(session, made, plan_ids)
    saved = [m for m in made if (m.held.id, m.held.token) in finished]
    if saved:
        _save(session, saved, finished)
    return [finished.get((m.held.id, m.held.token)) for m in made]


def fail(session: Session, held: Claim, problem: Json) -> None:
    """Finish the job for good with the problem that ended it; `LeaseLost` when it is no longer held."""
    ended = {"state": JobState.FAILED, "finished_at": func.clock_timestamp(), "error": problem}
    _end_attempt(session, held, problem, **ended)


def retry_later(session: Session, held: Claim, problem: Json, *, base_s: float) -> float:
    """Put the job back with exponential backoff and jitter; return the wait in seconds, or `LeaseLost`."""
    wait_s = backoff_s(held.attempts, base_s, random.random())  # noqa: S311 (spreads load, keeps no secret)
    _end_attempt(session, held, problem, state=JobState.QUEUED, worker=None, due_at=from_now(wait_s))
    owe(session, [held.id])
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
        raise LeaseLost(f"job {held.id} is no longer held with token {held.token}")


def _finish_held(
    session: Session, made: Sequence[Made], plan_ids: Sequence[UUID]
) -> dict[tuple[UUID, int], UUID]:
    rows = (
        func.unnest(
            bindparam("ids", [m.held.id for m in made], ARRAY(Uuid)),
            bindparam("tokens", [m.held.token for m in made], ARRAY(BigInteger)),
            bindparam("plans", plan_ids, ARRAY(Uuid)),
        )
        .table_valued("id", "token", "plan_id")
        .render_derived(name="made")
    )
    done = session.execute(
        update(Job)
        .where(Job.id == rows.c.id, Job.token == rows.c.token, Job.state == JobState.RUNNING)
        .values(
            state=JobState.SUCCEEDED, plan_id=rows.c.plan_id, progress=1, lease_until=None,
            finished_at=func.clock_timestamp(),
        )
        .returning(Job.id, Job.token, Job.plan_id)
    )  # fmt: skip
    return {(row.id, row.token): row.plan_id for row in done}


def _save(session: Session, saved: Sequence[Made], plan_ids: Mapping[tuple[UUID, int], UUID]) -> None:
    newest = _newest_jobs(session, saved)
    superseded = [plan_id for job_id, plan_id in newest.replaced.items() if job_id not in newest.current]
    if superseded:
        session.execute(update(Plan).where(Plan.id.in_(superseded)).values(state=PlanState.SUPERSEDED))
    session.execute(insert(Plan), [_row(m, plan_ids[m.held.id, m.held.token], newest.current) for m in saved])


@dataclass(frozen=True, kw_only=True)
class _Newest:
    current: frozenset[UUID]  # jobs whose plans are the current ones from now on
    replaced: Mapping[UUID, UUID]  # job id -> plan id of what was current until now


def _newest_jobs(session: Session, saved: Sequence[Made]) -> _Newest:
    keys = {(m.held.member_id, m.held.kind) for m in saved}
    rows = session.execute(
        select(Plan.member_id, Plan.kind, Plan.job_id, Plan.id).where(
            tuple_(Plan.member_id, Plan.kind).in_(list(keys)), Plan.state == PlanState.CURRENT
        )
    ).all()
    newest: dict[tuple[UUID, Kind], UUID] = {(row.member_id, row.kind): row.job_id for row in rows}
    for m in saved:
        key = m.held.member_id, m.held.kind
        newest[key] = max(newest.get(key, m.held.id), m.held.id)
    return _Newest(current=frozenset(newest.values()), replaced={row.job_id: row.id for row in rows})


def _row(made: Made, plan_id: UUID, current: frozenset[UUID]) -> dict[str, Any]:
    held = made.held
    return {
        "id": plan_id,
        "tenant_id": held.tenant_id,
        "member_id": held.member_id,
        "job_id": held.id,
        "kind": held.kind,
        "state": PlanState.CURRENT if held.id in current else PlanState.SUPERSEDED,
        "start_date": date.fromisoformat(made.body["start_date"]),
        "request": held.request,
        "body": made.body,
    }
