"""The position of the latest write in each bucket, for all processes: what a read that may lag waits for.

Every transaction that writes in a bucket raises the bucket's position in Redis once it is committed and
before anybody is told; a reader in that bucket is given a replica that has replayed it, or the primary. So
nobody reads what is older than their own writes, nor than what they were told of.

A position lives a little longer than a replica that is read from may be behind: after that each of them has
it. Redis may lose positions. A mark that is lost with them, a server that has just started, and an error say
so; then everybody reads from the primary for as long as a position lives.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from typing import Any

import redis

from models.errors import SettingsError
from models.replicas.position import NOWHERE, Position
from models.settings import Settings

logger = logging.getLogger(__name__)

MARGIN_S = 5.0  # beyond the lag that is allowed: longer than a verdict on a replica is believed
TIMEOUT_S = 0.5  # that Redis is waited for, for the primary can always answer
KEPT = "reveille:positions"  # is there as long as Redis has lost nothing since
UNSETTLED = "reveille:positions:unsettled"  # for the life of a position after that

SETTLE = """
if redis.call('SET', KEYS[1], '1', 'NX') then redis.call('SET', KEYS[2], '1', 'PX', ARGV[1]) end
"""

# The greater one stays, whoever comes first; that of another shard is of before a move.
RAISE = f"""
{SETTLE}
for at = 3, #KEYS do
    local known = redis.call('GET', KEYS[at])
    local same = known and string.match(known, '^%S+') == string.match(ARGV[2], '^%S+')
    if not same or known < ARGV[2] then redis.call('SET', KEYS[at], ARGV[2], 'PX', ARGV[1]) end
end
"""


class Positions:
    """The positions, in Redis. Threads share it; no fault of Redis comes out of it."""

    def __init__(self, settings: Settings) -> None:
        """Connect lazily, with a short patience. Without a Redis only the primary is read from."""
        self.life_s = settings.replica_lag_s + MARGIN_S
        self._unsettled_until = 0.0  # of time.monotonic(), for this process
        self._run_id = b""
        if not settings.redis_url:
            raise SettingsError("replicas need Redis for the positions of writes: set REVEILLE_REDIS_URL")
        self._client = redis.Redis.from_url(
            settings.redis_url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S,
            redis_connect_func=self._connected,
        )  # fmt: skip
        self._raise = self._client.register_script(RAISE)
        self._settle = self._client.register_script(SETTLE)

    def raise_to(self, position: Position, buckets: Collection[int]) -> None:
        """Let nobody who reads in these buckets, or on the whole shard, be behind `position` from now on."""
        keys = [KEPT, UNSETTLED, *map(_key, buckets), _key(position.shard)]
        try:
            self._raise(keys, [self._life_ms, str(position)])
        except redis.RedisError as error:
            self._lose(error)

    def of(self, where: Collection[int | str]) -> Position | None:
        """What a reader in these buckets, or on this whole shard, must not be behind.

        None when any replica that is read from will do.
        """
        try:
            kept, unsettled, *written = self._client.mget(KEPT, UNSETTLED, *map(_key, where))
            if kept is None:
                self._settle([KEPT, UNSETTLED], [self._life_ms])
        except redis.RedisError as error:
            self._lose(error)
            return NOWHERE
        if kept is None or unsettled is not None or time.monotonic() < self._unsettled_until:
            return NOWHERE
        positions = [Position.read(str(text, "ascii")) for text in written if isinstance(text, bytes)]
        if len({position.shard for position in positions}) > 1:
            return NOWHERE
        return max(positions, key=lambda position: position.bytes, default=None)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    @property
    def _life_ms(self) -> int:
        return int(self.life_s * 1000)

    def _lose(self, error: redis.RedisError) -> None:
        told = {"action": "replicas.positions"}
        logger.warning("only the primary is read from for %g s: %s", self.life_s, error, extra=told)
        self._unsettled_until = time.monotonic() + self.life_s

    def _connected(self, connection: Any) -> None:
        """On each new connection: a Redis that has just started, or taken over, may have lost the latest."""
        connection.on_connect()
        connection.send_command("INFO", "server")
        told = dict(line.split(b":", 1) for line in connection.read_response().split(b"\r\n") if b":" in line)
        known, self._run_id = self._run_id, told[b"run_id"]
        if int(told[b"uptime_in_seconds"]) < self.life_s or known not in (b"", self._run_id):
            self._unsettled_until = time.monotonic() + self.life_s


def _key(where: int | str) -> str:
    return f"reveille:position:{where}"
