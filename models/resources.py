"""What the servers have left: what runs out first stops everything, so operators see all of it."""

from __future__ import annotations

from dataclasses import dataclass

import redis
from sqlalchemy import text
from sqlalchemy.orm import Session

MEASURE = text("""
SELECT (SELECT sum(numbackends) FROM pg_stat_database)::int AS connections,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
    pg_database_size(current_database()) AS bytes
""")


@dataclass(frozen=True, kw_only=True)
class DatabaseUse:
    """PostgreSQL: connections of everybody to the server, how many there may be, bytes of this database."""

    connections: int
    connections_most: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class RedisUse:
    """Redis: bytes in use and how many there may be; 0 for no limit of its own."""

    bytes: int
    bytes_most: int


def database_use(session: Session) -> DatabaseUse:
    """What the database of the session uses now."""
    row = session.execute(MEASURE).one()
    return DatabaseUse(connections=row.connections, connections_most=row.most, bytes=row.bytes)


def redis_use(client: redis.Redis) -> RedisUse:
    """What Redis uses now. Raises `redis.RedisError` when it does not answer."""
    told = client.info("memory")
    return RedisUse(bytes=int(told["used_memory"]), bytes_most=int(told["maxmemory"]))
