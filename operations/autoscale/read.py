"""Reads what decisions are made from: rows of jobs, workers and batches, the machine, the web's counters."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import psutil
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models.cluster import Cluster, Shard
from models.errors import ModelError
from models.ids import first_id
from models.jobs.backlog import Backlog, backlog
from models.jobs.queue import paused_queues
from models.jobs.queues import QueueName
from models.nights.batch import BatchState
from models.nights.seen import SeenBatch, open_batches
from models.pools.fixed import fixed_pools
from models.pools.worker import Worker, living
from operations.autoscale.signals import Due, Pool, Signals
from operations.autoscale.web_rate import WebRate

logger = logging.getLogger(__name__)

LAG = timedelta(seconds=1)  # ids are made a moment before they are committed, by clocks that differ a little
FIRST_S = 5.0  # what the first reading goes back

ARRIVED = text("SELECT queue, count(*) FROM job WHERE id >= :since AND id < :until GROUP BY queue")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All pools at one moment."""

    signals: Mapping[Pool, Signals] = field(default_factory=dict)
    workers: Mapping[Pool, int] = field(default_factory=dict)  # that live and do not drain, as they tell
    fixed: Mapping[Pool, int] = field(default_factory=dict)


class Reader:
    """One source of readings; each counts from the one before."""

    def __init__(self, cluster: Cluster, *, web_address: str = "", own_machine: bool) -> None:
        """`own_machine`: the workers run here, so that its memory is theirs."""
        self._cluster = cluster
        self._web = WebRate(web_address) if web_address else None
        self._own_machine = own_machine
        self._until: datetime | None = None
        self._sums: dict[str, tuple[int, float]] | None = None  # of each worker: jobs ended, busy seconds
        self._read_at = 0.0

    def read(self) -> Reading | None:
        """The next reading; None when the database does not answer."""
        at = time.monotonic()
        try:
            with self._cluster.control() as session:
                now = session.scalars(select(func.clock_timestamp())).one()
                workers = living(session)
                fixed = {Pool(name): row.number for name, row in fixed_pools(session).items()}
                paused = set(paused_queues(session))
            until, since = now - LAG, self._until or now - LAG - timedelta(seconds=FIRST_S)
            found = [self._of_shard(shard, since, until) for shard in self._cluster.shards()]
        except ModelError as error:
            logger.warning("nothing can be read: %s", error, extra={"action": "autoscale.read"})
            return None
        done = self._done(workers)
        span_s = (until - since).total_seconds()
        self._until = until
        signals = {
            Pool(str(queue)): self._signals(queue, at, span_s, found, workers, done[queue], now)
            for queue in QueueName
        }
        for queue in paused:  # it starts nothing: workers would do nothing
            pool = Pool(str(queue))
            signals[pool] = replace(signals[pool], queued=0, oldest_age_s=0.0, arrived=0, due=())
        if (web := self._of_web(at)) is not None:
            signals[Pool.WEB] = web
        live = Counter(Pool(str(worker.queue)) for worker in workers if not worker.draining)
        return Reading(signals=signals, workers=live, fixed=fixed)

    def _of_shard(self, shard: Shard, since: datetime, until: datetime) -> _Shard:
        with shard.work() as session:
            arrived = _arrived(session, since, until)
            return _Shard(backlog=backlog(session), arrived=arrived, batches=open_batches(session))

    def _done(self, workers: Sequence[Worker]) -> dict[QueueName, tuple[int, float]]:
        """Of each queue: the jobs that its workers ended and their busy seconds since the reading before."""
        before = self._sums
        self._sums = {worker.name: (worker.ended, worker.busy_s) for worker in workers}
        done = dict.fromkeys(QueueName, (0, 0.0))
        for worker in workers if before is not None else ():
            ended, busy_s = before.get(worker.name, (0, 0.0)) if before else (0, 0.0)
            total = done[worker.queue]
            done[worker.queue] = (total[0] + worker.ended - ended, total[1] + worker.busy_s - busy_s)
        return done

    def _signals(
        self,
        queue: QueueName,
        at: float,
        span_s: float,
        found: Sequence[_Shard],
        workers: Sequence[Worker],
        done: tuple[int, float],
        now: datetime,
    ) -> Signals:
        here = [one for shard in found for one in shard.backlog if one.queue == queue]
        memory = [float(worker.memory_bytes) for worker in workers if worker.queue == queue]
        batches = [batch for shard in found for batch in shard.batches] if queue == QueueName.BATCH else []
        return Signals(
            at=at, span_s=span_s,
            queued=max(0, sum(one.queued for one in here) - _resting(batches)),
            running=sum(one.running for one in here),
            oldest_age_s=max((one.oldest_age_s for one in here), default=0.0),
            arrived=sum(shard.arrived.get(queue, 0) for shard in found),
            ended=done[0], busy_s=done[1],
            due=[due for batch in batches if (due := _due(batch, now))],
            cpu=psutil.cpu_percent() / 100,
            memory_free=float(psutil.virtual_memory().available) if self._own_machine else None,
            worker_memory=max(memory, default=0.0) or None,
        )  # fmt: skip

    def _of_web(self, at: float) -> Signals | None:
        rate = self._web.read() if self._web else None
        span_s, self._read_at = at - self._read_at if self._read_at else FIRST_S, at
        if rate is None:
            return None
        return Signals(at=at, span_s=span_s, queued=0, oldest_age_s=0.0, arrived=round(rate * span_s))


@dataclass(frozen=True, kw_only=True)
class _Shard:
    backlog: Sequence[Backlog]
    arrived: Mapping[QueueName, int]
    batches: Sequence[SeenBatch]


def _arrived(session: Session, since: datetime, until: datetime) -> dict[QueueName, int]:
    rows = session.execute(ARRIVED, {"since": first_id(since), "until": first_id(until)})
    return {QueueName(queue): count for queue, count in rows}


def _resting(batches: Sequence[SeenBatch]) -> int:
    """Chunks of paused batches, which wait for their operator and not for a worker."""
    return sum(batch.chunks_left for batch in batches if batch.state == BatchState.PAUSED)


def _due(batch: SeenBatch, now: datetime) -> Due | None:
    """What is left of a running batch; in seconds of one worker, once the rate of one is known."""
    if batch.state != BatchState.RUNNING:
        return None
    work_s = None
    if batch.rate_per_s and batch.workers:
        work_s = (batch.members - batch.done) * batch.workers / batch.rate_per_s
    left_s = (batch.ready_by - now).total_seconds()
    name = f"{batch.tenant} {batch.kind} {batch.date}"
    return Due(name=name, jobs=batch.chunks_left, work_s=work_s, left_s=left_s)
