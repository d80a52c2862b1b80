"""What web processes count. Labels are bounded: a declared path, a method, a status."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.registry import Collector

from models.cache.cache import Outcome
from models.exposition import Exposition, OwnProcess

BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.process = OwnProcess(self.registry, "web")
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
        self.rate_limits_skipped = Counter(
            "reveille_rate_limits_skipped",
            "Requests let in without a look at their rate, because Redis is away.",
            registry=self.registry,
        )
        self.cache_reads = Counter(
            "reveille_cache_reads",
            "Cached values asked for, by where they came from: memory, shared, joined, refreshed, made.",
            ["cache", "outcome"],
            registry=self.registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}  # found once, not each time

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the declared path, never the address that was asked for."""
        of_kind = self._known.get((method, route, status))
        if of_kind is None:
            counted, timed = (
                self.requests.labels(method, route, str(status)),
                self.durations.labels(method, route),
            )
            of_kind = self._known[method, route, status] = counted, timed
        of_kind[0].inc()
        of_kind[1].observe(seconds)

    def count_cache_read(self, cache: str, outcome: Outcome) -> None:
        """Count one value that was asked for."""
        self.cache_reads.labels(cache, outcome).inc()

    def text(self, *rows: Collector) -> bytes:
        """What was counted here, or by every process of the machine, and then what `rows` say."""
        self.process.measure()
        return Exposition(self.registry, *rows).text()
