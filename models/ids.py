"""Row ids that carry their time and their partition bucket.

A version 7 UUID (RFC 9562) whose twelve bits `rand_a` hold the bucket of the member that the row belongs to:

    48 bits  milliseconds since 1970      (time_of)
     4 bits  version, 7
    12 bits  bucket, 0-4095               (bucket_of)
     2 bits  variant
    62 bits  random

So ids sort by time, and any row can be routed to its shard from its id alone.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

BUCKETS = 4096


def new_bucket() -> int:
    """A bucket for a new member, uniformly at random."""
    return secrets.randbelow(BUCKETS)


def new_id(bucket: int, at_ms: int | None = None) -> UUID:
    """A new id in `bucket`, of the present moment or of `at_ms`, milliseconds since 1970 UTC.

    >>> row = new_id(1234, at_ms=1_764_547_200_000)
    >>> bucket_of(row), time_of(row).isoformat(), row.version
    (1234, '2025-12-01T00:00:00+00:00', 7)
    """
    if not 0 <= bucket < BUCKETS:
        raise ValueError(f"bucket must be from 0 to {BUCKETS - 1}, not {bucket}")
    ms = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    return UUID(int=ms << 80 | 0x7 << 76 | bucket << 64 | 0b10 << 62 | secrets.randbits(62))


def bucket_of(row_id: UUID) -> int:
    """The bucket, 0-4095, that the row belongs to."""
    return row_id.int >> 64 & 0xFFF


def time_of(row_id: UUID) -> datetime:
    """When the id was made, to the millisecond."""
    return datetime.fromtimestamp((row_id.int >> 80) / 1000, tz=UTC)


def first_id(moment: datetime) -> UUID:
    """Not an id, but the bound below those made from `moment` on: what is older is a range of ids.

    >>> at = datetime(2025, 12, 1, tzinfo=UTC)
    >>> new_id(4095, 1_764_547_199_999) < first_id(at) < new_id(0, 1_764_547_200_000)
    True
    """
    return UUID(int=int(moment.timestamp() * 1000) << 80)
