"""The units of members, wherever they live."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.members.member import Member
from models.shards.gather import by_shard


def units_of(cluster: Cluster, member_ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """The unit of each of these members, None for one in no unit; whoever is gone is not in it.

    Raises
    ------
    Unavailable
        When a shard that has one of them does not answer.
    """
    return by_shard(cluster, member_ids, _units)


def _units(session: Session, member_ids: list[UUID]) -> dict[UUID, str | None]:
    rows = session.execute(select(Member.id, Member.unit).where(Member.id.in_(member_ids)))
    return {row.id: row.unit for row in rows}
