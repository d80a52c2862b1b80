"""Looks whether the map, the shards and what lies on them agree, and says what does not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.access.account import Account
from models.cluster import Cluster
from models.ids import BUCKETS
from models.members.member import Member
from models.members.owned import OWNED
from models.shards.change import owned
from models.shards.gather import by_shard
from models.shards.moving import running_move
from models.shards.shard import Shard
from models.shards.spread import COPIED

PAGE = 5_000

FOREIGN = text("SELECT count(*) FROM member WHERE NOT (SELECT buckets FROM shard_self) @> bucket_of(id)")
LEFT_ASIDE = text("SELECT count(*) FROM shard_arriving")


@dataclass(frozen=True, kw_only=True)
class SeenShard:
    """A shard as operators see it."""

    name: str
    region: str
    buckets: int
    members: int | None  # None: it does not answer
    faults: tuple[str, ...]


def see_shards(cluster: Cluster, *, closely: bool = False) -> list[SeenShard]:
    """Every shard of the map, with what is wrong there; `closely` looks for every account's member too.

    While a move runs, what is under way is no fault.
    """
    cluster.refresh()
    moving = running_move(cluster)
    under_way = frozenset(moving.buckets) if moving else frozenset()
    found = [_see(cluster, name, under_way) for name in sorted(cluster.map().regions)]
    if closely and not any(shard.members is None for shard in found):
        found = [_closely(cluster, shard) for shard in found]
    return found


def _see(cluster: Cluster, name: str, under_way: frozenset[int]) -> SeenShard:
    known = cluster.map()
    buckets = frozenset(bucket for bucket in range(BUCKETS) if known.owners[bucket] == name)
    told: dict[str, Any] = {"name": name, "region": known.regions[name], "buckets": len(buckets)}
    try:
        shard = cluster.named(name)
        with cluster.control() as control, shard.work() as session:
            count = session.scalar(select(text("count(*)")).select_from(Member).where(OWNED)) or 0
            faults = tuple(_faults(control, session, shard, buckets, under_way))
    except Exception as error:  # whatever it is: the others are told of all the same
        return SeenShard(**told, members=None, faults=(f"it does not answer: {error}",))
    return SeenShard(**told, members=count, faults=faults)


def _faults(
    control: Session, session: Session, shard: Shard, buckets: frozenset[int], under_way: frozenset[int]
) -> Iterator[str]:
    name, own = owned(session)
    if name != shard.name:
        yield f"its database says that it is the shard {name}: look at REVEILLE_SHARD_URLS"
        return
    differing = (own ^ buckets) - under_way
    if differing:
        yield f"it owns {len(own)} buckets, and the map says {len(buckets)}: bucket {min(differing)} differs"
    foreign = session.scalar(FOREIGN) or 0
    if foreign and not under_way:
        yield f"it has {foreign} members of buckets that are not its own"
    if not under_way and session.scalar(LEFT_ASIDE):
        yield "it keeps rows aside for a move that does not run"
    for copied in COPIED:
        if copied.digest(control) != copied.digest(session):
            yield f"its copy of {copied.table.name} is not that of the control database; a relay mends that"


def _closely(cluster: Cluster, seen: SeenShard) -> SeenShard:
    lost = sum(_lost(cluster, page) for page in _accounts(cluster, seen.name))
    if not lost:
        return seen
    more = (
        f"{lost} accounts have no member here: their deletion was interrupted, and is ended by repeating it"
    )
    return dataclasses.replace(seen, faults=(*seen.faults, more))


def _accounts(cluster: Cluster, shard: str) -> Iterator[list[UUID]]:
    """The members of accounts who should be on the shard."""
    after = UUID(int=0)
    while True:
        with cluster.control() as session:
            following = select(Account.member_id).where(Account.member_id > after)
            page = session.scalars(following.order_by(Account.member_id).limit(PAGE)).all()
        yield [member_id for member_id in page if cluster.place_of(member_id) == shard]
        if len(page) < PAGE:
            return
        after = page[-1]


def _lost(cluster: Cluster, member_ids: Sequence[UUID]) -> int:
    return len(member_ids) - len(by_shard(cluster, member_ids, _there))


def _there(session: Session, member_ids: list[UUID]) -> dict[UUID, bool]:
    return dict.fromkeys(session.scalars(select(Member.id).where(Member.id.in_(member_ids))), True)
