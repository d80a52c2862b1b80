"""A night that will not be ready in time is told of once, with the workers that it would take."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from models.nights.batch import Batch
from models.nights.control import pause_batch
from models.nights.seen import open_batches, see_batch
from scheduler import watch
from tests.models.nights import batch_row, give_plans, queued_chunks, start
from web.night_metrics import batch_families
from workers.keeper import LeaseKeeper
from workers.run_job import Bench, Outcome, run_job

SPENT = timedelta(seconds=100)


@pytest.fixture
def batch_id(cluster, settings):
    """Six chunks of one member, of which the first took a hundred seconds: 0.01 members a second."""
    give_plans(cluster, 6)
    made = start(cluster, replace(settings, chunk_members=1))
    keeper = LeaseKeeper(cluster, lease_s=settings.lease_s, deadline_s=settings.job_deadline_s)
    assert run_job(queued_chunks(cluster)[0], Bench(cluster, keeper, settings, "test")) == Outcome.SUCCEEDED
    change(cluster, made, started_at=datetime.now(UTC) - SPENT)
    return made


def change(cluster, batch_id, **values):
    with cluster.control() as session:
        session.execute(update(Batch).where(Batch.id == batch_id).values(values))


def in_time_for(cluster, batch_id, seconds):
    """Let the batch be due in so many seconds, for five members that take 500 s more."""
    change(cluster, batch_id, ready_by=datetime.now(UTC) + timedelta(seconds=seconds))


def look(cluster, settings, caplog):
    """What a look of the clock counts, and the warnings that it gives."""
    caplog.clear()
    counts = watch.run_once(cluster, settings, datetime.now(UTC))
    return counts, [r for r in caplog.records if r.levelno == logging.WARNING]


def test_a_night_in_time_is_not_told_of(cluster, settings, batch_id, caplog):
    in_time_for(cluster, batch_id, 900)
    counts, warnings = look(cluster, settings, caplog)
    batch = batch_row(cluster, batch_id)
    assert (counts, warnings) == ({"open": 1, "late": 0}, [])
    assert (batch.late_since, batch.workers_needed) == (None, 1)
    assert timedelta(seconds=400) < batch.ready_at - datetime.now(UTC) < timedelta(seconds=600)


def test_a_late_night_is_told_of_once_with_the_workers_that_it_would_take(
    cluster, settings, batch_id, caplog
):
    in_time_for(cluster, batch_id, 150)
    counts, (warning,) = look(cluster, settings, caplog)
    batch = batch_row(cluster, batch_id)
    assert counts == {"open": 1, "late": 1}
    assert batch.workers_needed == 4  # 500 s of one worker's work in 150 s
    assert (warning.action, warning.workers_needed) == ("batch.late", 4)
    assert "4 workers would be in time" in warning.getMessage()
    assert look(cluster, settings, caplog) == (counts, [])
    assert batch_row(cluster, batch_id).late_since == batch.late_since


def test_metrics_say_that_a_night_is_late_and_what_it_would_take(cluster, settings, batch_id):
    in_time_for(cluster, batch_id, 150)
    with cluster.control() as session:
        families = batch_families(open_batches(session))
    told = {(s.name, s.labels.get("outcome")): s.value for family in families for s in family.samples}
    assert told["reveille_batch_late", None] == 1
    assert told["reveille_batch_workers_needed", None] == 4
    assert told["reveille_batch_members", "left"] == 5


def test_a_night_that_catches_up_is_late_no_more_and_is_told_of_when_it_is_again(
    cluster, settings, batch_id, caplog
):
    in_time_for(cluster, batch_id, 150)
    look(cluster, settings, caplog)
    in_time_for(cluster, batch_id, 900)
    assert look(cluster, settings, caplog) == ({"open": 1, "late": 0}, [])
    assert batch_row(cluster, batch_id).late_since is None
    in_time_for(cluster, batch_id, 150)
    assert len(look(cluster, settings, caplog)[1]) == 1


def test_past_its_time_no_number_of_workers_would_help(cluster, settings, batch_id, caplog):
    in_time_for(cluster, batch_id, -1)
    counts, (warning,) = look(cluster, settings, caplog)
    assert counts == {"open": 1, "late": 1}
    assert batch_row(cluster, batch_id).workers_needed is None
    assert "would be in time" not in warning.getMessage()


def test_a_paused_night_is_late_when_its_time_is_over(cluster, settings, batch_id, caplog):
    in_time_for(cluster, batch_id, 150)
    with cluster.control() as session:
        pause_batch(session, batch_id, by="test")
    assert look(cluster, settings, caplog)[0] == {"open": 1, "late": 0}
    in_time_for(cluster, batch_id, -1)
    assert look(cluster, settings, caplog)[0] == {"open": 1, "late": 1}
    with cluster.control() as session:
        assert see_batch(session, batch_id).late
