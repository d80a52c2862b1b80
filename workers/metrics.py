"""What workers and relays count. Labels are bounded: a kind, a queue, an outcome."""

from __future__ import annotations

import time
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Histogram

from models.jobs.claim import Claim

WAIT_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
DURATION_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class JobMetrics:
    """Jobs of one worker process: how long they waited, how long they took, and what came of them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._waits = Histogram(
            "reveille_queue_wait_seconds", "From when a job was due to its start.", ["queue"],
            buckets=WAIT_S, registry=self.registry,
        )  # fmt: skip
        self._durations = Histogram(
            "reveille_job_duration_seconds", "An attempt, from start to saved end.", ["kind", "queue"],
            buckets=DURATION_S, registry=self.registry,
        )  # fmt: skip
        self._ended = Counter(
            "reveille_jobs", "Attempts that ended, by outcome.", ["kind", "queue", "outcome"],
            registry=self.registry,
        )  # fmt: skip

        self._began: dict[tuple[UUID, int], float] = {}  # of time.monotonic()

    def started(self, held: Claim) -> None:
        """An attempt begins."""
        self._began[held.lease] = time.monotonic()
        self._waits.labels(held.queue).observe(held.waited_s)

    def ended(self, held: Claim, outcome: str) -> float:
        """An attempt has ended; how many seconds it took."""
        now = time.monotonic()
        seconds = now - self._began.pop(held.lease, now)
        self._ended.labels(held.kind, held.queue, outcome).inc()
        self._durations.labels(held.kind, held.queue).observe(seconds)
        return seconds


class RelayMetrics:
    """What one relay has moved."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.sent = Counter("reveille_relay_sent", "Jobs sent to Redis.", registry=self.registry)
        self.resent = Counter(
            "reveille_relay_resent",
            "Jobs sent once more: Redis, or a worker, had lost them.",
            registry=self.registry,
        )
        self.rescued = Counter(
            "reveille_relay_rescued", "Jobs taken back from workers that died.", registry=self.registry
        )
        self.abandoned = Counter(
            "reveille_relay_abandoned", "Jobs given up: they outlived every worker.", registry=self.registry
        )

    def swept(self, resent: int, rescued: int, abandoned: int) -> None:
        """One sweep put so much right."""
        self.resent.inc(resent)
        self.rescued.inc(rescued)
        self.abandoned.inc(abandoned)
