"""The steps that change who owns which buckets, each within a transaction of the database that it names."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ARRAY, Integer, TextClause, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from models.shards.map import owners_of, ranges_of
from models.shards.rows import BucketMap, BucketRange, ShardSelf

SOME = "(SELECT coalesce(range_agg(int4range(bucket, bucket + 1)), '{}') FROM unnest(:buckets) bucket)"

OWN = text(f"UPDATE shard_self SET buckets = buckets + {SOME}, epoch = :epoch")  # noqa: S608 (ours)
DISOWN = text(f"UPDATE shard_self SET buckets = buckets - {SOME}, epoch = :epoch")  # noqa: S608 (ours)
TELL = text("UPDATE shard_self SET name = :name, epoch = :epoch, buckets = '{}'")


def own(shard: Session, buckets: Collection[int], epoch: int) -> None:
    """On a shard: own these buckets too."""
    _change(shard, OWN, buckets, epoch)


def disown(shard: Session, buckets: Collection[int], epoch: int) -> None:
    """On a shard: own these buckets no longer."""
    _change(shard, DISOWN, buckets, epoch)


def tell_name(shard: Session, name: str, epoch: int) -> None:
    """On a new shard: what it is called. It owns nothing."""
    shard.execute(TELL, {"name": name, "epoch": epoch})


def owned(shard: Session) -> tuple[str, frozenset[int]]:
    """On a shard: what it is called, and the buckets that it owns."""
    row = shard.execute(select(ShardSelf.name, ShardSelf.buckets)).one()
    return row.name, frozenset(bucket for part in row.buckets for bucket in range(part.lower, part.upper))


def redraw(control: Session, buckets: Collection[int], shard: str) -> int:
    """In the control database: map these buckets to `shard`; return the map's new epoch."""
    newer = update(BucketMap).values(epoch=BucketMap.epoch + 1).returning(BucketMap.epoch)
    epoch = control.scalars(newer).one()
    rows = control.execute(select(BucketRange.first, BucketRange.last, BucketRange.shard))
    owners = list(owners_of([(row.first, row.last, row.shard) for row in rows]))
    for bucket in buckets:
        owners[bucket] = shard
    control.execute(delete(BucketRange))
    ranges = [{"first": first, "last": last, "shard": name} for first, last, name in ranges_of(owners)]
    control.execute(insert(BucketRange), ranges)
    return epoch


def _change(shard: Session, statement: TextClause, buckets: Collection[int], epoch: int) -> None:
    asked = statement.bindparams(bindparam("buckets", type_=ARRAY(Integer)))
    shard.execute(asked, {"buckets": list(buckets), "epoch": epoch})
