from dataclasses import replace

from models.events.event import EventType
from models.events.events import take_told
from models.jobs.cancel import cancel
from models.jobs.job import Job
from models.jobs.progress import report, still_held
from tests.models.endings import end_well, take
from tests.models.rows import add_job


def held_job(cluster):
    with cluster.control() as session:
        job_id = add_job(session).id
    return take(cluster, job_id)


def progress_of(cluster, job_id):
    with cluster.read(job_id) as session:
        return session.get_one(Job, job_id).progress


def test_progress_is_written_and_told_for_jobs_that_are_held(cluster):
    first, second = held_job(cluster), held_job(cluster)
    with cluster.control() as session:
        report(session, [(first, 0.25), (second, 0.5)])
        told = take_told(session)
    assert (progress_of(cluster, first.id), progress_of(cluster, second.id)) == (0.25, 0.5)
    assert [(e.job_id, e.type, e.progress) for e in told] == [
        (first.id, EventType.PROGRESS, 0.25), (second.id, EventType.PROGRESS, 0.5),
    ]  # fmt: skip


def test_stale_token_writes_no_progress(cluster):
    held = held_job(cluster)
    with cluster.control() as session:
        report(session, [(replace(held, token=held.token - 1), 0.5)])
        assert take_told(session) == []
    assert progress_of(cluster, held.id) == 0


def test_progress_of_a_finished_job_stays(cluster):
    held = held_job(cluster)
    with cluster.control() as session:
        cancel(session, held.id)
        report(session, [(held, 0.5)])
    assert progress_of(cluster, held.id) == 0


def test_row_that_somebody_is_moving_is_not_waited_for(cluster):
    held = held_job(cluster)
    with cluster.control() as moving:
        cancel(moving, held.id)
        with cluster.control() as session:
            report(session, [(held, 0.5)])
    assert progress_of(cluster, held.id) == 0


def test_held_is_what_nobody_has_cancelled_or_ended(cluster):
    kept, cancelled = held_job(cluster), held_job(cluster)
    with cluster.control() as session:
        done = add_job(session)
    end_well(cluster, done.id)
    with cluster.control() as session:
        cancel(session, cancelled.id)
        finished = replace(kept, id=done.id)
        assert still_held(session, [kept, cancelled, finished]) == {kept.lease}
