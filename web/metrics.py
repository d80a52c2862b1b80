"""Counters of one process, and the backlog at the moment of the scrape, as Prometheus text."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from models.jobs.backlog import Backlog
from web.night_metrics import NightMetrics

BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The metrics of one application. Labels are bounded: a declared path, a method, a status, a queue."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "reveille_http_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.durations = Histogram(
            "reveille_http_request_duration_seconds", "Time from request to answer.", ["method", "route"],
            buckets=BUCKETS_S, registry=self.registry,
        )  # fmt: skip
        self.jobs = Gauge(
            "reveille_queue_jobs", "Jobs in a queue: queued and due, or running.", ["queue", "state"],
            registry=self.registry,
        )  # fmt: skip
        self.oldest_age = Gauge(
            "reveille_queue_oldest_age_seconds", "How long the oldest due job has waited.", ["queue"],
            registry=self.registry,
        )  # fmt: skip
        self.rate_limits_skipped = Counter(
            "reveille_rate_limits_skipped",
            "Requests let in without a look at their rate, because Redis is away.",
            registry=self.registry,
        )
        self.database_up = Gauge(
            "reveille_database_up", "1 when the backlog could be read at this scrape.", registry=self.registry
        )

        self.nights = NightMetrics(self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the declared path, never the address that was asked for."""
        self.requests.labels(method, route, str(status)).inc()
        self.durations.labels(method, route).observe(seconds)

    def text(self, queues: Iterable[Backlog] | None) -> bytes:
        """Everything in Prometheus' text format; None for the backlog when the database does not answer."""
        self.database_up.set(0 if queues is None else 1)
        if queues is None:  # a stale depth is worse than none
            self.jobs.clear()
            self.oldest_age.clear()
            self.nights.set((), ())
        for queue in queues or ():
            self.jobs.labels(queue.queue, "queued").set(queue.queued)
            self.jobs.labels(queue.queue, "running").set(queue.running)
            self.oldest_age.labels(queue.queue).set(queue.oldest_age_s)
        return generate_latest(self.registry)
