"""The members that a shard owns: while a bucket moves, some of those that it has rows of are another's."""

from __future__ import annotations

from sqlalchemy import text

OWNED = text("(SELECT buckets FROM shard_self) @> bucket_of(member.id)")
"""The condition on `member` in a query over members of several buckets."""
