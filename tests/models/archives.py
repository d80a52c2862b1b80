"""Plans of long ago, and an archive to take them to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.archive.read import Archive
from models.archive.store import open_store
from models.archive.take import Archiver
from models.cluster import Cluster
from models.ids import bucket_of, new_id
from models.members.member import Member
from models.plans.months import reach_back
from models.plans.plan import Plan, PlanState
from models.plans.stored import packed_plan
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import Kind, read_request, request_json
from tests.models.rows import NUTRITION, add_member

LONG_AGO = datetime(2026, 3, 10, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)


@cache
def small_plan() -> tuple[dict[str, Any], dict[str, Any]]:
    """A plan of a day and its request, as JSON."""
    request = read_request(NUTRITION, date(2026, 11, 30))
    return plan_json(make_plan(request)), request_json(request)


def new_member(cluster: Cluster) -> UUID:
    with cluster.control() as session:
        return add_member(session).id


def add_plans(
    cluster: Cluster, member_id: UUID, days: Sequence[datetime], state: PlanState = PlanState.SUPERSEDED
) -> list[UUID]:
    """Plans of the member that were made on these days."""
    body, request = small_plan()
    with cluster.control() as session:
        member = session.get_one(Member, member_id)
        packed = packed_plan(Kind(request["kind"]), body, request)
        plans = [
            Plan(
                id=new_id(bucket_of(member_id), at_ms=int(day.timestamp() * 1000)),
                tenant_id=member.tenant_id, member_id=member_id, kind=request["kind"], state=state,
                created_at=day, **packed.columns(session),
            )
            for day in days
        ]  # fmt: skip
        session.add_all(plans)
    return [plan.id for plan in plans]


def open_months(cluster: Cluster, first: datetime = LONG_AGO) -> None:
    """Partitions from that of `first` on, as if the platform had run since."""
    with cluster.engine.begin() as connection:
        reach_back(connection, first, datetime.now(UTC))


def archiver(cluster: Cluster, folder: Path) -> Archiver:
    return Archiver(cluster=cluster, store=open_store(folder.as_uri()))


def archive(folder: Path) -> Archive:
    return Archive(folder.as_uri())


def left(cluster: Cluster) -> set[UUID]:
    """The plans that are in the database."""
    with cluster.control() as session:
        return set(session.scalars(select(Plan.id)))
