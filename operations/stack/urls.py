"""The configured addresses: each is tried before anything starts; a fault is a sentence with no password."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg
import redis

from models.shards.address import libpq_url
from operations.stack.errors import StackError

PATIENCE_S = 3
DATABASE_SCHEMES = ("postgresql", "postgresql+psycopg")
REDIS_SCHEMES = ("redis", "rediss", "unix")


def check_database(url: str) -> None:
    """See that PostgreSQL answers at `url` and lets this login in.

    Raises
    ------
    StackError
        When the address is not one of PostgreSQL, or nothing useful answers there.
    """
    _, place = _parts(url, "REVEILLE_DATABASE_URL", DATABASE_SCHEMES, "postgresql://user@host:5432/name")
    try:
        psycopg.connect(libpq_url(url), connect_timeout=PATIENCE_S).close()
    except psycopg.Error as error:
        raise _silent("PostgreSQL", place, _last_words(str(error)), "REVEILLE_DATABASE_URL") from None


def check_redis(url: str) -> None:
    """See that Redis or Valkey answers at `url`.

    Raises
    ------
    StackError
        When the address is not one of Redis, or nothing useful answers there.
    """
    _, place = _parts(url, "REVEILLE_REDIS_URL", REDIS_SCHEMES, "redis://host:6379/0")
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=PATIENCE_S, socket_timeout=PATIENCE_S)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError, OSError) as error:
        raise _silent("Redis", place, str(error), "REVEILLE_REDIS_URL") from None


def _parts(url: str, setting: str, schemes: tuple[str, ...], example: str) -> tuple[str, str]:
    """The scheme, and host and port (or socket) without user and password."""
    try:
        parts = urlsplit(url)
        hosts = parts.netloc.rpartition("@")[2]
        several = "," in hosts  # of which one is the primary
        place = hosts if several else parts.hostname or parts.path or "the local socket"
        place = f"{place}:{parts.port}" if not several and parts.port else place
    except ValueError:
        raise StackError(f"{setting} is not an address: write it as {example}.") from None
    if parts.scheme not in schemes:
        raise StackError(f"{setting} starts with {parts.scheme or 'nothing'}://: write it as {example}.")
    return parts.scheme, place


def _silent(what: str, place: str, reason: str, setting: str) -> StackError:
    return StackError(f"{what} at {place} does not answer ({reason}): start it, or correct {setting}.")


def _last_words(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return (
        lines[0].rpartition("failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")
        if lines
        else "no reason given"
    )
