"""Takes messages from the outbox in fair order and sends them to Redis, as many as fit the window."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerError
from sqlalchemy import ARRAY, Uuid, bindparam, func, select, text, update

from models.cluster import Cluster
from models.jobs.backlog import queue_key
from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName
from workers.actors import message
from workers.fair import FairShares
from workers.pace import pace_key, together
from workers.window import Window

MOST = 500  # jobs of one transaction
IN_GROUPS = frozenset({QueueName.INTERACTIVE})  # queues whose short jobs share a message

# The tenants that have something due are found by skipping through the index from one to the next, so a
# backlog of a million rows costs as much as one of a thousand. Of a paused queue nothing is found.
TENANTS = text("""
WITH RECURSIVE owing AS (
    (SELECT tenant_id FROM outbox WHERE queue = :queue AND sent_at IS NULL
        AND NOT EXISTS (SELECT FROM queue WHERE name = :queue AND paused_at IS NOT NULL)
     ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT o.tenant_id FROM outbox o
            WHERE o.queue = :queue AND o.sent_at IS NULL AND o.tenant_id > owing.tenant_id
            ORDER BY o.tenant_id LIMIT 1)
    FROM owing WHERE owing.tenant_id IS NOT NULL
)
SELECT tenant.id, tenant.weight FROM owing JOIN tenant ON tenant.id = owing.tenant_id
WHERE EXISTS (
    SELECT FROM outbox o
    WHERE o.queue = :queue AND o.sent_at IS NULL AND o.tenant_id = owing.tenant_id AND o.due_at <= now()
)
""")

# Nothing is locked: most of what is read is not chosen.
NEXT_ROWS = text("""
SELECT row.tenant_id, row.job_id FROM unnest(:tenants) AS owing (tenant_id) CROSS JOIN LATERAL (
    SELECT o.tenant_id, o.job_id FROM outbox o
    WHERE o.queue = :queue AND o.sent_at IS NULL AND o.tenant_id = owing.tenant_id AND o.due_at <= now()
    ORDER BY o.priority DESC, o.due_at, o.job_id
    LIMIT :room
) row
""").bindparams(bindparam("tenants", type_=ARRAY(Uuid)))

# Somebody's own request has waited too long, on its way to a worker or before it: what can wait, waits. A
# paused queue waits for its operator and holds nobody up.
YIELDING = text("""
SELECT EXISTS (SELECT FROM outbox WHERE queue = 'interactive' AND sent_at IS NULL AND due_at < since)
    OR EXISTS (SELECT FROM outbox WHERE queue = 'interactive' AND sent_at IS NOT NULL AND due_at < since)
FROM (SELECT now() - make_interval(secs => :yields_s) AS since) wait
WHERE NOT EXISTS (SELECT FROM queue WHERE name = 'interactive' AND paused_at IS NOT NULL)
""")

# What another relay has sent, or somebody is just moving, is left to him. A mark that is lost with the server
# only means a second message, so nobody waits for the disk.
MARK = text("""
WITH soon AS (SELECT set_config('synchronous_commit', 'off', true)), free AS (
    SELECT job_id FROM outbox WHERE job_id = ANY(:ids) AND sent_at IS NULL
    ORDER BY job_id FOR UPDATE SKIP LOCKED
)
UPDATE outbox SET sent_at = clock_timestamp() FROM soon, free WHERE outbox.job_id = free.job_id
RETURNING outbox.job_id
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
UNMARK = text("UPDATE outbox SET sent_at = NULL WHERE job_id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


class Dispatcher:
    """Sends one queue's messages. Several of them, in as many relays, share the queue by SKIP LOCKED."""

    def __init__(self, queue: QueueName, cluster: Cluster, broker: RedisBroker) -> None:
        self.queue = queue
        self._cluster = cluster
        self._broker = broker
        self._client: redis.Redis = broker.client
        self._shares: FairShares[UUID, UUID] = FairShares()
        self._window = Window()
        self._each = 1.0  # jobs of a message, on the average of those that were sent last
        self._alone: set[UUID] = set()  # jobs whose message came to nothing

    def run_once(self) -> tuple[int, bool]:
        """Send the jobs that are due and fit; return how many were sent and whether more may be waiting."""
        messages, most = self._look()
        room = min(MOST, self._window.room(round(messages * self._each), time.monotonic()))
        if room == 0 or self._yields():
            return 0, True
        chosen, more = self._take(room)
        try:
            groups = self._grouped(chosen, most)
            for group in groups:
                self._broker.enqueue(message(self.queue, group))
        except (redis.RedisError, BrokerError):
            self._give_back(chosen)
            raise
        if chosen:
            self._each = len(chosen) / len(groups)
        if not more:
            self._alone.clear()  # nothing waits: what is left here was sent by another relay
        self._window.sent(len(chosen))
        return len(chosen), more

    def send_alone(self, job_ids: Iterable[UUID]) -> None:
        """Send each of these jobs in a message of its own, which workers of the version before read too."""
        self._alone.update(job_ids)

    def _grouped(self, chosen: Sequence[UUID], most: int) -> list[Sequence[UUID]]:
        alone = [job_id for job_id in chosen if job_id in self._alone]
        others = [job_id for job_id in chosen if job_id not in self._alone]
        groups = [others[start : start + most] for start in range(0, len(others), most)]
        return [*([job_id] for job_id in alone), *groups]

    def _yields(self) -> bool:
        """Whether the queue leaves the workers to people who wait."""
        if self.queue != QueueName.BATCH:
            return False
        with self._cluster.control() as session:
            found = session.scalar(YIELDING, {"yields_s": self._cluster.settings.batch_yields_s})
        return bool(found)

    def _look(self) -> tuple[int, int]:
        """The messages that no worker has fetched yet, and how many jobs go into a new one."""
        with self._client.pipeline(transaction=False) as pipeline:
            pipeline.llen(queue_key(self.queue))
            pipeline.get(pace_key(self.queue))
            waiting, pace = pipeline.execute()
        return waiting, together(pace) if self.queue in IN_GROUPS else 1

    def _take(self, room: int) -> tuple[list[UUID], bool]:
        """The jobs that are to be sent now, and whether more may be waiting."""
        # Marked first, sent after: no lock is held while Redis answers. What is never sent for a crash
        # in between is sent after `resend_s`; what is sent twice is a claim that finds nothing to do.
        with self._cluster.control() as session:
            weights = {row.id: row.weight for row in session.execute(TENANTS, {"queue": self.queue})}
            first = self._shares.first(weights, room)
            waiting: dict[UUID, list[UUID]] = {tenant: [] for tenant in first}
            asked = {"tenants": first, "queue": self.queue, "room": room}
            for row in session.execute(NEXT_ROWS, asked) if first else ():
                waiting[row.tenant_id].append(row.job_id)
            chosen = self._shares.choose(waiting, room, weights)
            marked = set(session.scalars(MARK, {"ids": chosen})) if chosen else set()
        return [job_id for job_id in chosen if job_id in marked], len(chosen) == room

    def _give_back(self, job_ids: list[UUID]) -> None:
        with self._cluster.control() as session:
            session.execute(UNMARK, {"ids": job_ids})


def resend(cluster: Cluster, after_s: float) -> list[UUID]:
    """Owe again what was sent longer than `after_s` seconds ago and never claimed; return its jobs."""
    with cluster.control() as session:
        late = Outbox.sent_at < func.now() - timedelta(seconds=after_s)
        # A row that is locked is just being claimed, or owed again by another relay.
        lost = select(Outbox.job_id).where(late).with_for_update(skip_locked=True)
        owed = update(Outbox).where(Outbox.job_id.in_(lost)).values(sent_at=None)
        return list(session.scalars(owed.returning(Outbox.job_id)))
