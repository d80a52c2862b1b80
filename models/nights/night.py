"""What the night knows of the members of a chunk: who may need a new plan, and what it would be made from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Row, Uuid, bindparam, func, select, text
from sqlalchemy.orm import Session

from models.base import Json
from models.errors import BadChunk
from models.jobs.claim import Claim
from models.members.member import opened_profile
from models.members.tenant import Tenant
from models.members.zone import first_day_in
from models.nights.batch import Batch
from models.nights.chunk import Range, range_of
from models.nights.hours import Night, first_day
from models.nights.logs import Logged, logs_of
from models.plans.stored import whole_plan
from models.sealing.ring import ring_of
from planners.spec import Kind


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A chunk in hand, with what its batch says."""

    held: Claim
    part: Range
    batch_id: UUID
    tenant_id: UUID
    kind: Kind
    first_day: date  # of this chunk: a night that lasts into the day leaves that day as it is
    begins: time  # when a day begins, by the clock of where a member is
    now: datetime
    forced: bool
    read_at: datetime  # nothing that changed later is in its plans


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A member of a chunk and his current plan, by the columns that say whether anything has changed."""

    member_id: UUID
    plan_id: UUID | None
    first_day: date  # that is planned anew for him
    start_date: date
    days: int
    profile_version: int
    logged: int
    known: bytes | None  # the inputs when the night last looked

    def inputs(self, plan_id: UUID, versions: str) -> bytes:
        """SHA-256 of what a plan hangs on: itself, the profile, the logs, the planners' versions.

        The plan's id stands for its request and its days; whether those still reach far enough is asked
        apart.
        """
        told = f"{plan_id} {self.profile_version} {self.logged} {versions}"
        return hashlib.sha256(told.encode()).digest()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a new plan is made from."""

    standing: Standing
    request: Json
    body: Json
    asked_at: datetime  # what the member told before it is in the request
    profile: Json
    profile_changed_at: datetime
    logged: Logged


def chunk_of(session: Session, held: Claim, now: datetime) -> Chunk:
    """The chunk that the claimed job is, planned from `now` on; `BadChunk` when it makes no sense."""
    batch = session.get(Batch, held.batch_id)
    if batch is None:
        raise BadChunk(f"its batch {held.batch_id} is gone")
    zone = session.get_one(Tenant, batch.tenant_id).zone
    night = Night(date=batch.date, starts_at=batch.started_at, ready_by=batch.ready_by)
    return Chunk(
        held=held, part=range_of(held.request), batch_id=batch.id, tenant_id=batch.tenant_id,
        kind=batch.kind, first_day=max(batch.first_day, first_day(night, now, zone)), forced=batch.forced,
        begins=batch.ready_by.astimezone(ZoneInfo(zone)).time(), now=now,
        read_at=session.scalars(select(func.now())).one(),
    )  # fmt: skip


# One walk along the member's keys; nothing that lies outside a row is touched.
STANDINGS = text("""
SELECT member.id, member.version, member.logged, member.zone, plan.id AS plan_id, plan.start_date,
    plan.days, renewal.inputs
FROM member
LEFT JOIN plan ON plan.member_id = member.id AND plan.kind = :kind AND plan.state = 'current'
LEFT JOIN renewal ON renewal.member_id = member.id AND renewal.kind = :kind
WHERE member.tenant_id = :tenant_id AND member.id > :after AND member.id <= :upto
    AND (:only IS NULL OR member.id = ANY(:only))
    AND (SELECT buckets FROM shard_self) @> bucket_of(member.id)
ORDER BY member.id
""").bindparams(bindparam("only", type_=ARRAY(Uuid)))


def standings(session: Session, chunk: Chunk) -> list[Standing]:
    """Every member of the chunk."""
    part = chunk.part
    asked = {
        "kind": chunk.kind, "tenant_id": chunk.tenant_id, "after": part.after, "upto": part.upto,
        "only": None if part.only is None else list(part.only),
    }  # fmt: skip
    return [_standing(row, chunk) for row in session.execute(STANDINGS, asked)]


def _standing(row: Row[Any], chunk: Chunk) -> Standing:
    planned = row.plan_id is not None
    first_day = chunk.first_day
    if row.zone is not None:  # he is elsewhere, where the day may have begun
        first_day = first_day_in(row.zone, first_day, chunk.begins, chunk.now)
    return Standing(
        member_id=row.id,
        plan_id=row.plan_id,
        first_day=first_day,
        start_date=row.start_date if planned else first_day,
        days=row.days if planned else 0,
        profile_version=row.version,
        logged=row.logged,
        known=row.inputs,
    )


# A plan's request is of the moment when its job was made, a changed plan's that of the plan before it.
# What the member told since is in no plan yet. The id is read out of the request apart from the join (OFFSET
# 0 keeps it so): under row-level security a join by an expression that may fail cannot use the index of
# plans, and each member's look would read them all.
KNOWN = text("""
SELECT plan.id, plan.catalogue_id, plan.content, member.tenant_id, member.profile, member.updated_at, (
    WITH RECURSIVE made (job_id, asked_at) AS (
        SELECT plan.job_id, plan.created_at
        UNION ALL
        SELECT changed.job_id, least(asked.queued_at, changed.created_at)
        FROM made JOIN LATERAL (
            SELECT queued_at, (request #>> '{about,plan_id}')::uuid AS plan_id
            FROM job WHERE id = made.job_id OFFSET 0
        ) asked ON true
        LEFT JOIN plan changed ON changed.id = asked.plan_id
    ) SELECT min(asked_at) FROM made
) AS asked_at
FROM plan JOIN member ON member.id = plan.member_id
WHERE plan.id = ANY(:ids)
ORDER BY member.id
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))


def known(session: Session, chunk: Chunk, standing: Sequence[Standing]) -> list[Known]:
    """What the plans of these members were made from, and what the members told and logged since."""
    of_plan = {s.plan_id: s for s in standing}
    rows = session.execute(KNOWN, {"ids": [s.plan_id for s in standing]})
    logs = logs_of(session, chunk.kind, [s.member_id for s in standing], chunk.first_day)
    return [_known(session, of_plan[row.id], row, logs[of_plan[row.id].member_id]) for row in rows]


def _known(session: Session, standing: Standing, row: Row[Any], logged: Logged) -> Known:
    body, request = whole_plan(session, row.id, row.catalogue_id, row.content)
    profile = opened_profile(ring_of(session), row.tenant_id, standing.member_id, row.profile)
    return Known(
        standing=standing, request=request, body=body, asked_at=row.asked_at,
        profile=profile, profile_changed_at=row.updated_at, logged=logged,
    )  # fmt: skip
