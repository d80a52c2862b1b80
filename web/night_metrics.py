"""Nights and schedules as Prometheus gauges: all from rows, so that every web process tells the same."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge

from models.nights.schedule_seen import SeenSchedule
from models.nights.seen import SeenBatch

BATCH = ["tenant", "kind"]


class NightMetrics:
    """Gauges of the open batches and of the schedules. Labels are bounded: tenants, kinds, schedules."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, labels: list[str]) -> Gauge:
            return Gauge(name, text, labels, registry=registry)

        self.members = gauge(
            "reveille_batch_members", "Members of an open batch, by outcome.", [*BATCH, "outcome"]
        )
        self.left_s = gauge("reveille_batch_seconds_left", "Until it is done at its present rate.", BATCH)
        self.late = gauge("reveille_batch_late", "1 when an open batch will not be ready in time.", BATCH)
        self.needed = gauge("reveille_batch_workers_needed", "Workers that would be ready in time.", BATCH)
        self.succeeded = gauge(
            "reveille_schedule_success_timestamp_seconds",
            "When a schedule's run last succeeded.",
            ["schedule"],
        )
        self.late_s = gauge(
            "reveille_schedule_late_seconds", "How long after it was due the latest run began.", ["schedule"]
        )
        self.lost = gauge(
            "reveille_schedule_lost_runs", "Runs of the last seven days that failed or were missed.",
            ["schedule", "state"],
        )  # fmt: skip

    def set(self, batches: Iterable[SeenBatch], schedules: Iterable[SeenSchedule]) -> None:
        """Show these; what was shown before is gone."""
        for gauge in (
            self.members,
            self.left_s,
            self.late,
            self.needed,
            self.succeeded,
            self.late_s,
            self.lost,
        ):
            gauge.clear()
        for seen in batches:
            self._set_batch(seen)
        for schedule in schedules:
            if schedule.succeeded_at is not None:
                self.succeeded.labels(schedule.name).set(schedule.succeeded_at)
            self.late_s.labels(schedule.name).set(schedule.late_s)
            self.lost.labels(schedule.name, "failed").set(schedule.failed)
            self.lost.labels(schedule.name, "missed").set(schedule.missed)

    def _set_batch(self, seen: SeenBatch) -> None:
        named = (seen.tenant, seen.kind)
        for outcome in ("planned", "unchanged", "without", "overtaken", "failed"):
            self.members.labels(*named, outcome).set(getattr(seen, outcome))
        self.members.labels(*named, "left").set(seen.members - seen.done)
        self.late.labels(*named).set(seen.late)
        if seen.seconds_left is not None:
            self.left_s.labels(*named).set(seen.seconds_left)
        if seen.workers_needed is not None:
            self.needed.labels(*named).set(seen.workers_needed)
