"""Nights and schedules as gauges. Labels are bounded: tenants, kinds, outcomes, schedules."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily

from models.nights.schedule_seen import SeenSchedule
from models.nights.seen import SeenBatch

BATCH = ["tenant", "kind"]
OUTCOMES = ("planned", "unchanged", "without", "overtaken", "failed")


def batch_families(batches: Iterable[SeenBatch]) -> tuple[GaugeMetricFamily, ...]:
    """The open batches."""
    members = GaugeMetricFamily(
        "reveille_batch_members", "Members of an open batch, by outcome.", labels=[*BATCH, "outcome"]
    )
    left_s = GaugeMetricFamily(
        "reveille_batch_seconds_left", "Until it is done at its present rate.", labels=BATCH
    )
    late = GaugeMetricFamily(
        "reveille_batch_late", "1 when an open batch will not be ready in time.", labels=BATCH
    )
    needed = GaugeMetricFamily(
        "reveille_batch_workers_needed", "Workers that would be ready in time.", labels=BATCH
    )
    for seen in batches:
        named = [seen.tenant, seen.kind]
        for outcome in OUTCOMES:
            members.add_metric([*named, outcome], getattr(seen, outcome))
        members.add_metric([*named, "left"], seen.members - seen.done)
        late.add_metric(named, seen.late)
        if seen.seconds_left is not None:
            left_s.add_metric(named, seen.seconds_left)
        if seen.workers_needed is not None:
            needed.add_metric(named, seen.workers_needed)
    return members, left_s, late, needed


def schedule_families(schedules: Iterable[SeenSchedule]) -> tuple[GaugeMetricFamily, ...]:
    """How the schedules stand."""
    succeeded = GaugeMetricFamily(
        "reveille_schedule_success_timestamp_seconds",
        "When a schedule's run last succeeded.",
        labels=["schedule"],
    )
    late_s = GaugeMetricFamily(
        "reveille_schedule_late_seconds",
        "How long after it was due the latest run began.",
        labels=["schedule"],
    )
    lost = GaugeMetricFamily(
        "reveille_schedule_lost_runs", "Runs of the last seven days that failed or were missed.",
        labels=["schedule", "state"],
    )  # fmt: skip
    for schedule in schedules:
        if schedule.succeeded_at is not None:
            succeeded.add_metric([schedule.name], schedule.succeeded_at)
        late_s.add_metric([schedule.name], schedule.late_s)
        lost.add_metric([schedule.name, "failed"], schedule.failed)
        lost.add_metric([schedule.name, "missed"], schedule.missed)
    return succeeded, late_s, lost
