"""Where the rows of each table live. Every database has every table; what does not belong there is empty.

A member's rows are on the shard that owns the bucket in the member's id, all of them, so that a transaction
on a member is one of one database. What logs in, and what orders the work of all shards, is in the control
database. What a shard must know of that to work alone is copied to it (models/shards/spread.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Place(StrEnum):
    CONTROL = "control"  # the control database alone
    MEMBER = "member"  # the shard of the member whose row it is
    SHARD = "shard"  # every shard its own: parts of nights, what it knows of itself and of moves
    COPIED = "copied"  # written in the control database, read on every shard


PLACES: Mapping[str, Place] = {
    "account": Place.CONTROL,
    "api_key": Place.CONTROL,
    "archive_file": Place.SHARD,
    "archive_key": Place.MEMBER,
    "arrivals": Place.SHARD,
    "audit": Place.CONTROL,
    "batch": Place.SHARD,
    "batch_failure": Place.MEMBER,
    "bucket_map": Place.CONTROL,
    "bucket_range": Place.CONTROL,
    "catalogue": Place.SHARD,
    "data_key": Place.CONTROL,
    "fixed_pool": Place.CONTROL,
    "food_feedback": Place.MEMBER,
    "idempotency_key": Place.MEMBER,
    "identity": Place.CONTROL,
    "intake_log": Place.MEMBER,
    "job": Place.MEMBER,
    "legal_hold": Place.MEMBER,
    "login_failure": Place.CONTROL,
    "member": Place.MEMBER,
    "outbox": Place.MEMBER,
    "plan": Place.MEMBER,
    "queue": Place.COPIED,
    "refresh_token": Place.CONTROL,
    "renewal": Place.MEMBER,
    "run": Place.CONTROL,
    "shard": Place.CONTROL,
    "shard_arriving": Place.SHARD,
    "shard_change": Place.SHARD,
    "shard_move": Place.CONTROL,
    "shard_self": Place.SHARD,
    "tenant": Place.COPIED,
    "webhook": Place.MEMBER,  # a tenant's own is COPIED: it is in the control database, and on every shard
    "webhook_delivery": Place.MEMBER,
    "weight_log": Place.MEMBER,
    "worker": Place.CONTROL,
    "workout_log": Place.MEMBER,
}
