"""A position in the log (WAL) of a shard's primary, and where to ask for it."""

from __future__ import annotations

from dataclasses import dataclass

UNREACHED = 2**63 - 1

# Of what is committed the written part of the log is the right end: `insert` would count bytes that are not
# flushed yet, which no replica can have, and at the border of a page even a header that nobody replays.
WRITTEN = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN (pg_current_wal_lsn() - '0/0')::bigint END"
REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END"
"""None of a server that is no replica, or no replica any more."""

HAS_REPLAYED = "coalesce(pg_is_in_recovery() AND pg_last_wal_replay_lsn() - '0/0' >= :position, false)"


@dataclass(frozen=True, kw_only=True)
class Position:
    """What a reader must not be behind: bytes of the log of this shard's primary."""

    shard: str
    bytes: int

    def __str__(self) -> str:
        """As it is kept in Redis: such texts of one shard sort as their positions do.

        >>> str(Position(shard="main", bytes=255)), Position.read("main 00000000000000ff").bytes
        ('main 00000000000000ff', 255)
        """
        return f"{self.shard} {self.bytes:016x}"

    @classmethod
    def read(cls, text: str) -> Position:
        """The position that was kept as `text`."""
        shard, _, written = text.partition(" ")
        return cls(shard=shard, bytes=int(written, 16))


NOWHERE = Position(shard="", bytes=UNREACHED)
"""Nobody knows what was written last: only the primary will do."""
