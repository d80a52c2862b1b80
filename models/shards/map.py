"""The map of buckets to shards as a process knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.ids import BUCKETS
from models.shards.rows import BucketMap, BucketRange, ShardEntry


class BrokenMap(ModelError):
    """The ranges of buckets overlap or leave a gap: nothing is routed by such a map."""


@dataclass(frozen=True, kw_only=True)
class ShardMap:
    """One version of the map: the shard of each bucket, and the region of each shard."""

    epoch: int
    owners: Sequence[str]  # by bucket
    regions: Mapping[str, str]  # by shard, those without a bucket among them

    def share(self, shard: str) -> float:
        """The part of all buckets that a shard has, 0 to 1."""
        return self._shares.get(shard, 0.0)

    @cached_property
    def _shares(self) -> dict[str, float]:
        return {shard: count / BUCKETS for shard, count in Counter(self.owners).items()}

    def of_region(self, region: str) -> list[int]:
        """The buckets of the shards of a region."""
        return [bucket for bucket, name in enumerate(self.owners) if self.regions[name] == region]


def read_map(session: Session) -> ShardMap:
    """The map as it is now.

    Raises
    ------
    BrokenMap
        When its ranges do not give every bucket to exactly one shard.
    """
    epoch = session.scalars(select(BucketMap.epoch)).one()
    entries = session.execute(select(ShardEntry.name, ShardEntry.region)).all()
    rows = session.execute(select(BucketRange.first, BucketRange.last, BucketRange.shard)).all()
    return ShardMap(
        epoch=epoch, owners=owners_of([(row.first, row.last, row.shard) for row in rows]),
        regions={row.name: row.region for row in entries},
    )  # fmt: skip


def owners_of(ranges: Iterable[tuple[int, int, str]]) -> tuple[str, ...]:
    """The shard of each bucket, from ranges (first, last, shard).

    >>> owners_of([(0, 4094, "a"), (4095, 4095, "b")])[4093:]
    ('a', 'a', 'b')

    Raises
    ------
    BrokenMap
        When they overlap or leave a gap.
    """
    owners: list[str] = []
    for first, last, name in sorted(ranges):
        if first != len(owners):
            raise BrokenMap(f"the map of buckets is not whole at bucket {min(first, len(owners))}")
        owners += [name] * (last - first + 1)
    if len(owners) != BUCKETS:
        raise BrokenMap(f"the map of buckets ends at bucket {len(owners)} of {BUCKETS}")
    return tuple(owners)


def ranges_of(owners: Sequence[str]) -> list[tuple[int, int, str]]:
    """The least ranges (first, last, shard) that say the same as `owners`.

    >>> ranges_of(("a", "a", "b"))
    [(0, 1, 'a'), (2, 2, 'b')]
    """
    ranges: list[tuple[int, int, str]] = []
    for bucket, name in enumerate(owners):
        if ranges and ranges[-1][2] == name:
            ranges[-1] = (ranges[-1][0], bucket, name)
        else:
            ranges.append((bucket, bucket, name))
    return ranges
