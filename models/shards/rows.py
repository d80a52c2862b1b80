"""The map of buckets to shards, in the control database, and what each shard knows of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, func
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

MAIN = "main"
"""The shard that is the control database itself."""

HOME = "home"
"""The region of everything that nobody has put into another one."""


class ShardEntry(Base):
    """A shard. Where it is and how to log in there are settings: no row holds a password."""

    __tablename__ = "shard"

    name: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(server_default=HOME)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class BucketRange(Base):
    """The buckets from `first` to `last` are on `shard`. The ranges cover all 4,096 and do not overlap."""

    __tablename__ = "bucket_range"

    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    shard: Mapped[str] = mapped_column(ForeignKey("shard.name"))

    __table_args__ = (CheckConstraint("0 <= first AND first <= last AND last <= 4095", name="within"),)


class BucketMap(Base):
    """The map's version: raised with every change of its ranges."""

    __tablename__ = "bucket_map"

    one: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    epoch: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("one", name="one"),)


class ShardSelf(Base):
    """On every shard: its name, and the buckets that it owns. This, not the map, decides what is written."""

    __tablename__ = "shard_self"

    one: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    name: Mapped[str]
    epoch: Mapped[int] = mapped_column(BigInteger)  # the map's, when the buckets changed last
    buckets: Mapped[Any] = mapped_column(INT4MULTIRANGE)

    __table_args__ = (CheckConstraint("one", name="one"),)
