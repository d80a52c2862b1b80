from sqlalchemy import func, select, update

from models.jobs.claim import claim
from models.jobs.finish import Made, succeed
from models.jobs.job import Job, JobState
from models.jobs.outbox import CHANNEL, Outbox
from models.jobs.queue import Queue, pause, paused_queues, resume
from models.jobs.queues import QueueName
from tests.models.endings import BODY, take
from tests.models.rows import add_job

INTERACTIVE, BATCH = QueueName.INTERACTIVE, QueueName.BATCH


def new_job(cluster, queue=INTERACTIVE):
    with cluster.control() as session:
        return add_job(session, queue=queue).id


def pause_now(cluster, queue=INTERACTIVE, by="ann", reason="a bad release"):
    with cluster.control() as session:
        pause(session, queue, by=by, reason=reason)


def resume_now(cluster, queue=INTERACTIVE):
    with cluster.control() as session:
        return resume(session, queue)


def test_claim_leaves_a_paused_queues_job_as_it_was_and_takes_it_after(cluster):
    job_id = new_job(cluster)
    pause_now(cluster)
    with cluster.control() as session:
        assert claim(session, [job_id], worker="w", lease_s=60) == {}
        job = session.get_one(Job, job_id)
        assert (job.state, job.attempts, job.token) == (JobState.QUEUED, 0, 0)
        assert session.scalar(select(func.count()).select_from(Outbox)) == 1
    assert resume_now(cluster)
    assert take(cluster, job_id).id == job_id


def test_other_queues_work_on(cluster):
    job_id = new_job(cluster, BATCH)
    pause_now(cluster)
    assert take(cluster, job_id).id == job_id


def test_running_job_is_finished_and_new_ones_are_taken_in_while_their_queue_is_paused(cluster):
    held = take(cluster, new_job(cluster))
    pause_now(cluster)
    with cluster.control() as session:
        assert succeed(session, [Made(held=held, body=BODY)]) != [None]
    assert new_job(cluster)


def test_what_was_sent_is_owed_again_at_the_resume_and_the_relay_is_woken(cluster):
    ids = [new_job(cluster), new_job(cluster, BATCH)]
    with cluster.control() as session:
        session.execute(update(Outbox).values(sent_at=func.now()))
    pause_now(cluster)
    with cluster.listen(CHANNEL) as heard:
        resume_now(cluster)
        assert [n.channel for n in heard.notifies(timeout=5, stop_after=1)] == [CHANNEL]
    with cluster.control() as session:
        assert session.scalars(select(Outbox.job_id).where(Outbox.sent_at.is_(None))).all() == ids[:1]


def test_pause_says_since_when_by_whom_and_why_until_the_resume(cluster):
    pause_now(cluster, by="ann", reason="first")
    with cluster.control() as session:
        first = paused_queues(session)[INTERACTIVE].paused_at
    pause_now(cluster, by="ben", reason="second")
    with cluster.control() as session:
        (row,) = paused_queues(session).values()
        assert (row.paused_at, row.paused_by, row.reason) == (first, "ben", "second")
    assert [resume_now(cluster), resume_now(cluster)] == [True, False]
    with cluster.control() as session:
        assert paused_queues(session) == {}
        assert session.scalars(select(Queue.reason)).all() == [None]
