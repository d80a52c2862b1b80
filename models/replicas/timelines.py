"""Which of several primaries is the right one: the one on the newest timeline.

PostgreSQL counts a cluster's timeline up with each promotion of a replica. A primary that was left behind and
comes back, with what nobody else has, is still on the timeline of before. So every process that connects to a
primary notes its timeline, for all processes, and does without one on an older timeline than was ever seen.
That is no replacement for the one who promotes (docs/scaling.md says who that may be): it keeps this platform
from writing to the wrong one meanwhile.
"""

from __future__ import annotations

import logging
from typing import Any

import psycopg
import redis
from psycopg.conninfo import conninfo_to_dict

from models.patience import Patient, patient
from models.settings import Settings
from models.shards.address import hosts_of

logger = logging.getLogger(__name__)

TIMEOUT_S = 0.5  # that Redis is waited for; what this process has seen itself counts anyway

# The first eight digits of a log file's name. None of a server that is no primary.
TIMELINE = """
SELECT system_identifier, CASE WHEN NOT pg_is_in_recovery() THEN
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END
FROM pg_control_system()
"""

RAISE = """
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
if known < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return math.max(known, tonumber(ARGV[1]))
"""


class Timelines:
    """The newest timeline of each cluster, as far as anybody has seen it. Threads share it."""

    def __init__(self, settings: Settings) -> None:
        """Connect lazily; without Redis only what this process has seen counts."""
        self._newest: dict[int, int] = {}
        self._client = (
            redis.Redis.from_url(
                settings.redis_url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
            )
            if settings.redis_url
            else None
        )

    def connect(self, silence_s: float, conninfo: str = "", **options: Any) -> Patient:
        """Connect as `patient` does, and not to a primary that was left behind.

        Raises
        ------
        OperationalError
            Also when every primary that answers was left behind.
        """
        told = {**conninfo_to_dict(conninfo), **options}
        for host in ({}, *hosts_of(told)):
            try:
                connection = patient(silence_s, **{**told, **host})
            except psycopg.OperationalError:
                if not host:  # none of them can be written
                    raise
                continue
            if self.is_newest(connection):
                return connection
            left = "%s is on an old timeline: it was left behind by a promotion"
            logger.warning(left, connection.info.host, extra={"action": "primary.refuse"})
            connection.close()
        raise psycopg.OperationalError("every primary that answers was left behind by a promotion")

    def is_newest(self, connection: psycopg.Connection[Any]) -> bool:
        """Whether nobody has seen a newer timeline of its cluster; this one is noted."""
        with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
            row = cursor.execute(TIMELINE).fetchone()
        connection.rollback()
        if row is None or row[1] is None:
            return False
        cluster, timeline = int(row[0]), int(row[1])
        newest = max(self._newest.get(cluster, 0), self._shared(cluster, timeline))
        self._newest[cluster] = newest
        return timeline == newest

    def _shared(self, cluster: int, timeline: int) -> int:
        if self._client is None:
            return timeline
        try:
            return int(self._client.eval(RAISE, 1, f"reveille:timeline:{cluster}", timeline))
        except redis.RedisError as error:
            told = {"action": "primary.timeline"}
            logger.warning("the timeline is not told to the others: %s", error, extra=told)
            return timeline

    def close(self) -> None:
        """Give the connections to Redis back."""
        if self._client is not None:
            self._client.close()
