"""Saves what came of a chunk: plans, reasons, counts and its end, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from models.base import Json
from models.cache.forget import forget
from models.cache.keys import plan_key
from models.errors import LeaseLost
from models.ids import bucket_of, new_id
from models.jobs.claim import is_held
from models.jobs.finish import LOCK_MEMBERS, SUPERSEDE
from models.jobs.job import Job, JobState
from models.nights.chunk import Range, add_chunk
from models.nights.failure import BatchFailure
from models.nights.night import Chunk, Standing
from models.nights.renewal import Renewal
from models.nights.tally import Tally, end_chunk
from models.plans.plan import Plan, PlanState
from models.plans.stored import PackedPlan


@dataclass(frozen=True, kw_only=True)
class NightPlan:
    """A new plan for a member, and the inputs that it was made from."""

    standing: Standing
    packed: PackedPlan


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What came of a chunk's members."""

    made: Sequence[NightPlan]
    unchanged: Sequence[Standing]  # whose inputs were looked at and found to ask for no other plan
    skipped: int  # whose inputs are those of before
    without: int
    versions: str  # of the planners
    failed: Mapping[UUID, Json]  # the reason for each
    left: Sequence[UUID] = ()  # members whom the deadline left over


def save_chunk(session: Session, chunk: Chunk, outcomes: Outcomes) -> Tally:
    """Save the plans as their members' current ones and end the chunk; who is left over is queued anew.

    A member who has another plan of the kind by now asked for it himself: his stays.

    Raises
    ------
    LeaseLost
        When the chunk is no longer held: then nothing is written.
    """
    rest = chunk.part.rest(outcomes.left) if outcomes.left else None
    _end_job(session, chunk, chunk.part.but(rest) if rest else chunk.part)
    session.execute(LOCK_MEMBERS, {"ids": sorted(n.standing.member_id for n in outcomes.made)})
    current = _still_current(session, outcomes.made)
    saved = [n for n in outcomes.made if n.standing.plan_id in current]
    ids = [new_id(bucket_of(n.standing.member_id)) for n in saved]
    if saved:
        before = [(n.standing.member_id, n.standing.plan_id) for n in saved]
        session.execute(SUPERSEDE, {"ids": [plan_id for _, plan_id in before]})
        forget(session, [plan_key(chunk.tenant_id, me, plan_id) for me, plan_id in before if plan_id])
        rows = [_row(session, n, plan_id, chunk) for n, plan_id in zip(saved, ids, strict=True)]
        session.execute(insert(Plan), rows)
    looked = [(n.standing, plan_id) for n, plan_id in zip(saved, ids, strict=True)]
    looked += [(s, s.plan_id) for s in outcomes.unchanged if s.plan_id is not None]
    _remember(session, chunk, looked, outcomes.versions)
    _tell_reasons(session, chunk, outcomes.failed)
    found = Tally(
        planned=len(saved),
        unchanged=outcomes.skipped + len(outcomes.unchanged),
        without=outcomes.without,
        overtaken=len(outcomes.made) - len(saved),
        failed=len(outcomes.failed),
    )
    if rest:  # before the batch's count can come to its end
        add_chunk(session, chunk.batch_id, rest, attempts=chunk.held.attempts - 1)
    end_chunk(session, chunk.batch_id, found)
    return found


def _end_job(session: Session, chunk: Chunk, done: Range) -> None:
    ended = {"state": JobState.SUCCEEDED, "progress": 1, "lease_until": None, "request": done.json()}
    mine = update(Job).where(*is_held(chunk.held)).values(**ended, finished_at=func.clock_timestamp())
    if session.scalar(mine.returning(Job.id)) is None:
        raise LeaseLost(f"chunk {chunk.held.id} is no longer held with token {chunk.held.token}")


def _still_current(session: Session, made: Sequence[NightPlan]) -> set[UUID]:
    ids = [n.standing.plan_id for n in made]
    return set(session.scalars(select(Plan.id).where(Plan.id.in_(ids), Plan.state == PlanState.CURRENT)))


def _row(session: Session, night: NightPlan, plan_id: UUID, chunk: Chunk) -> dict[str, Any]:
    return {
        "id": plan_id,
        "tenant_id": chunk.tenant_id,
        "member_id": night.standing.member_id,
        "kind": chunk.kind,
        "state": PlanState.CURRENT,
        "created_at": chunk.read_at,
        **night.packed.columns(session),
    }


def _remember(session: Session, chunk: Chunk, looked: Sequence[tuple[Standing, UUID]], versions: str) -> None:
    rows = [
        {
            "member_id": s.member_id, "kind": chunk.kind, "tenant_id": chunk.tenant_id,
            "inputs": s.inputs(plan_id, versions),
        }
        for s, plan_id in looked
    ]  # fmt: skip
    if rows:
        made = upsert(Renewal)
        newer = {"inputs": made.excluded.inputs, "looked_at": func.now()}
        session.execute(made.on_conflict_do_update(index_elements=["member_id", "kind"], set_=newer), rows)


def _tell_reasons(session: Session, chunk: Chunk, failed: Mapping[UUID, Json]) -> None:
    rows = [
        {"batch_id": chunk.batch_id, "member_id": m, "tenant_id": chunk.tenant_id, "problem": problem}
        for m, problem in failed.items()
    ]
    if rows:
        session.execute(upsert(BatchFailure).on_conflict_do_nothing(), rows)
