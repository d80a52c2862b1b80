"""A tenant's quota of waiting requests, held without counting them at every request.

What waits is counted when the last count is a second old or its room is used up, and a tenant that was found
full stays refused until the count is a second old. So a tenant may pass its quota by what the other web
processes accept within a second, and by what the threads of this one accept during a count.

Each shard is counted by itself and holds the tenant to its share of the buckets: no request waits for another
shard's count, and members, who are spread evenly over buckets, fill the shards evenly.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from models.jobs.queues import QueueName
from models.jobs.quota import count_waiting
from models.shards.rows import MAIN
from web.errors import QuotaReached

FRESH_S = 1.0
RETRY_AFTER_S = 5


@dataclass
class Room:
    """How many more requests fit since the count of time `at`; `full` when none did even then."""

    left: int
    at: float
    full: bool


class Quotas:
    """The room that each tenant has left, as this process knows it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rooms: dict[tuple[UUID, str], Room] = {}
        self._lock = threading.Lock()  # also held while counting: one count serves all who ask meanwhile

    def take_place(self, session: Session, tenant_id: UUID, most: int, shard: str = MAIN) -> None:
        """Let one more request of the tenant in, of which at most `most` may wait on the session's shard.

        Raises
        ------
        QuotaReached
            When as many wait already.
        """
        with self._lock:
            room = self._rooms.get((tenant_id, shard))
            if room is None or self._is_old(room):
                room = self._rooms[tenant_id, shard] = self._count(session, tenant_id, most)
            if room.full:
                raise QuotaReached(most, RETRY_AFTER_S)
            room.left -= 1

    def _is_old(self, room: Room) -> bool:
        return self._clock() - room.at >= FRESH_S or (room.left <= 0 and not room.full)

    def _count(self, session: Session, tenant_id: UUID, most: int) -> Room:
        left = most - count_waiting(session, tenant_id, QueueName.INTERACTIVE, most)
        return Room(left=left, at=self._clock(), full=left <= 0)
