"""The connection to Redis or Valkey. Nothing that matters lives there alone: the rows are the truth."""

from __future__ import annotations

import redis

from models.errors import SettingsError
from models.settings import Settings

PROBE = "reveille:probe"
PROBE_S = 60


def connect(settings: Settings) -> redis.Redis:
    """A client with the timeouts of the settings; it connects at the first command."""
    if not settings.redis_url:
        raise SettingsError(
            "no Redis: set REVEILLE_REDIS_URL, or let `reveille up` start the embedded Valkey"
        )
    timeout = settings.redis_timeout_s
    return redis.Redis.from_url(
        settings.redis_url, socket_timeout=timeout, socket_connect_timeout=min(5.0, timeout)
    )


def is_full(client: redis.Redis) -> bool:
    """Whether Redis refuses to take anything more, for want of memory.

    Raises
    ------
    redis.RedisError
        When it does not answer.
    """
    try:
        client.set(PROBE, b"", ex=PROBE_S)
    except redis.exceptions.OutOfMemoryError:
        return True
    return False
