"""The connection to Redis or Valkey. Nothing that matters lives there alone: the rows are the truth."""

from __future__ import annotations

import redis

from models.errors import SettingsError
from models.settings import Settings


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
