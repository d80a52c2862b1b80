"""Slices of the day, and what is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from models.cluster import Cluster
from models.jobs.queues import QueueName
from models.pools.arrivals import KEPT_DAYS, SLICE, forget, history, record, slice_of
from models.settings import Settings
from scheduler.arrivals import BACK, run_once
from tests.models.rows import add_job


def test_the_clock_writes_what_ended_and_what_was_missed_once(cluster: Cluster, settings: Settings) -> None:
    with cluster.control() as session:
        add_job(session)
    soon = datetime.now(UTC) + SLICE
    assert run_once(cluster, settings, soon) == {"written": 2 * BACK, "forgotten": 0}
    assert run_once(cluster, settings, soon) == {"written": 0, "forgotten": 0}
    with cluster.control() as session:
        told = history(session, QueueName.INTERACTIVE, soon - timedelta(hours=2))
        assert (len(told), sum(told)) == (BACK, 1.0)


def test_a_gap_in_the_history_is_filled_with_nothing(cluster: Cluster) -> None:
    now = slice_of(datetime.now(UTC))
    with cluster.control() as session:
        record(session, now)
        record(session, now - 5 * SLICE)
        assert history(session, QueueName.BATCH, now - timedelta(hours=1)) == [0.0] * 6
        assert history(session, QueueName.BATCH, now + SLICE) == []


def test_old_slices_are_forgotten(cluster: Cluster) -> None:
    now = slice_of(datetime.now(UTC))
    with cluster.control() as session:
        record(session, now - timedelta(days=KEPT_DAYS + 1))
        record(session, now - timedelta(days=KEPT_DAYS - 1))
        assert forget(session) == len(QueueName)
        assert session.execute(text("SELECT count(*) FROM arrivals")).scalar_one() == len(QueueName)
