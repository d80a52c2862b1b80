"""The members that a shard owns: while a bucket moves, some of those that it has rows of are another's."""

from __future__ import annotations

from sqlalchemy import Boolean, ColumnElement, literal_column

OWNED: ColumnElement[bool] = literal_column(
    "(SELECT buckets FROM shard_self) @> bucket_of(member.id)", Boolean()
)
"""The condition on `member` in a query over members of several buckets."""
