"""Plans in rows: the one place where they are packed, and where they are read back whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.base import Json
from models.errors import ModelError
from models.plans.catalogue import catalogue_of, keep
from models.plans.plan import Plan, PlanState
from planners.lean import Catalogue, carried, pack, unpack, unpacked
from planners.spec import Kind

WEEK = 7


class DamagedPlan(ModelError):
    """What was stored of a plan cannot be read back; nothing else is shown in its place."""


@dataclass(frozen=True, kw_only=True)
class PackedPlan:
    """What a row holds of a plan, packed with the catalogue that this process plans with."""

    start_date: date
    days: int
    catalogue: Catalogue
    content: bytes

    def columns(self, session: Session) -> dict[str, Any]:
        """The columns of its row; the catalogue's version is kept with them."""
        keep(session, self.catalogue)
        return {
            "start_date": self.start_date,
            "days": self.days,
            "catalogue_id": self.catalogue.id,
            "content": self.content,
        }


def packed_plan(kind: Kind, body: Json, request: Json) -> PackedPlan:
    """Pack a plan and the request that it answers; some milliseconds, so before any lock is taken."""
    packed = pack(body, request, carried(kind))
    return PackedPlan(
        start_date=date.fromisoformat(body["start_date"]),
        days=int(request["days"]) if kind is Kind.NUTRITION else WEEK * int(request["weeks"]),
        catalogue=packed.catalogue,
        content=packed.content,
    )


def whole_plan(session: Session, plan_id: UUID, catalogue_id: UUID, content: bytes) -> tuple[Json, Json]:
    """The plan and its request out of the columns of its row.

    Raises
    ------
    DamagedPlan
        When they cannot be read.
    """
    catalogue = catalogue_of(session, catalogue_id)
    with _told_of(plan_id):
        return unpack(content, catalogue)


@dataclass(frozen=True, kw_only=True)
class StoredPlan:
    """A plan as it was stored, and whole."""

    id: UUID
    tenant_id: UUID
    member_id: UUID
    job_id: UUID | None
    kind: Kind
    state: PlanState
    start_date: date
    created_at: datetime
    days: int
    catalogue: Catalogue
    content: bytes

    @property
    def body(self) -> Json:
        """The plan as the planner gave it."""
        return self._whole[0]

    @property
    def request(self) -> Json:
        """The request that it answers."""
        return self._whole[1]

    @property
    def decisions(self) -> Json:
        """What the row holds of the plan."""
        with _told_of(self.id):
            return unpacked(self.content, self.catalogue)[0]

    @cached_property
    def _whole(self) -> tuple[Json, Json]:
        with _told_of(self.id):
            return unpack(self.content, self.catalogue)


def read_plan(session: Session, plan_id: UUID) -> StoredPlan | None:
    """The plan of that id, whoever's it is; None when there is none."""
    row = session.get(Plan, plan_id)
    if row is None:
        return None
    return StoredPlan(
        id=row.id,
        tenant_id=row.tenant_id,
        member_id=row.member_id,
        job_id=row.job_id,
        kind=row.kind,
        state=row.state,
        start_date=row.start_date,
        created_at=row.created_at,
        days=row.days,
        catalogue=catalogue_of(session, row.catalogue_id),
        content=row.content,
    )


@contextmanager
def _told_of(plan_id: UUID) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise DamagedPlan(f"plan {plan_id}: {error}") from error
