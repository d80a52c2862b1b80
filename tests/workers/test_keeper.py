"""The keeper sees within a look what became of a job in hand, and writes how far it has come."""

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from models.cluster import Cluster
from models.events.event import EventType
from models.jobs.cancel import cancel
from models.jobs.job import Job, JobState
from models.jobs.progress import PLANNED
from models.jobs.rescue import rescue
from tests.models.endings import take
from tests.models.rows import add_job
from workers.keeper import LeaseKeeper
from workers.run_job import Bench, Outcome, run_job

BODY = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}
LONG_S = 3_000.0  # a lease that is not renewed within a test


def new_job(cluster):
    with cluster.control() as session:
        return add_job(session).id


def row(cluster, job_id):
    with cluster.read(job_id) as session:
        return session.get_one(Job, job_id)


@contextmanager
def keeping(cluster, lease_s=LONG_S):
    keeper = LeaseKeeper(cluster, lease_s=lease_s, deadline_s=600)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()


def until(fact):
    pause = threading.Event()
    while not fact():
        pause.wait(0.02)


def test_progress_is_written_while_the_job_runs(cluster):
    held = take(cluster, new_job(cluster))
    with keeping(cluster) as keeper, keeper.holding(held) as in_hand:
        for progress in (0.25, 0.5):
            in_hand.progress = progress
            until(lambda: row(cluster, held.id).progress == in_hand.progress)


def test_job_that_is_planned_and_not_saved_yet_says_so(cluster, settings):
    job_id, seen = new_job(cluster), []
    with keeping(cluster) as keeper:
        bench = Bench(cluster, keeper, settings, "test", lambda request, stopped: BODY)
        save = bench.save

        def save_late(made):
            until(lambda: row(cluster, job_id).progress > 0)
            seen.append(row(cluster, job_id))
            return save(made)

        bench.save = save_late
        assert run_job(job_id, bench) == Outcome.SUCCEEDED
    assert [(job.state, job.progress) for job in seen] == [(JobState.RUNNING, PLANNED)]
    assert row(cluster, job_id).progress == 1


def test_progress_that_did_not_change_is_not_written_again(settings):
    told = []
    cluster = Cluster(settings, name="test", publish=told.extend)
    held = take(cluster, new_job(cluster))
    with keeping(cluster) as keeper, keeper.holding(held) as in_hand:
        in_hand.progress = 0.5
        until(lambda: row(cluster, held.id).progress == 0.5)
        with cluster.control() as session:
            session.execute(update(Job).values(progress=0.1))
        in_hand.progress = 0.75
        until(lambda: row(cluster, held.id).progress == 0.75)
    cluster.close()
    assert [event.progress for event in told if event.type == EventType.PROGRESS] == [0.5, 0.75]
    cluster.close()


def lose_lease(session, job_id):
    session.execute(update(Job).where(Job.id == job_id).values(lease_until=Job.started_at))
    assert rescue(session, max_attempts=5)["rescued"] == 1


@pytest.mark.parametrize("take_away", [cancel, lose_lease])
def test_job_that_is_taken_away_is_told_to_stop_long_before_its_lease_is_renewed(cluster, take_away):
    held = take(cluster, new_job(cluster))
    with keeping(cluster) as keeper, keeper.holding(held) as in_hand:
        with cluster.control() as session:
            take_away(session, held.id)
        until(in_hand.stopped)


def test_other_jobs_in_hand_go_on(cluster):
    kept, cancelled = take(cluster, new_job(cluster)), take(cluster, new_job(cluster))
    with keeping(cluster) as keeper, keeper.holding(kept) as going_on, keeper.holding(cancelled) as stopping:
        with cluster.control() as session:
            cancel(session, cancelled.id)
        until(stopping.stopped)
        assert not going_on.stopped()


def test_job_that_came_back_to_the_process_that_lost_it_is_kept_for_its_new_claim_only(cluster):
    stale = take(cluster, new_job(cluster))
    with keeping(cluster, lease_s=3.0) as keeper, keeper.holding(stale) as old:
        with cluster.control() as session:
            lose_lease(session, stale.id)
        claimed = take(cluster, stale.id)
        with keeper.holding(claimed) as new:
            until(old.stopped)
            assert not new.stopped()
            with keeper.holding(stale):  # its end takes nothing from the new claim
                before = row(cluster, stale.id).lease_until
            until(lambda: row(cluster, stale.id).lease_until != before)
            new.progress = 0.5
            until(lambda: row(cluster, stale.id).progress == 0.5)


@pytest.mark.parametrize(("lease_s", "looks"), [(1.0, 1), (3.0, 1), (3.1, 2), (8.0, 3), (600.0, 200)])
def test_looks_are_at_most_a_second_apart_and_a_lease_is_renewed_three_times(cluster, lease_s, looks):
    keeper = LeaseKeeper(cluster, lease_s=lease_s, deadline_s=600)
    assert keeper._looks == looks
    assert lease_s / 3 / keeper._looks <= 1
