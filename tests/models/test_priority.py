from sqlalchemy import select

from models.jobs.job import Job
from models.jobs.outbox import Outbox
from models.jobs.priority import HIGHEST, set_priority
from tests.models.endings import end_in_failure, take
from tests.models.rows import add_job


def test_waiting_job_and_its_message_have_the_new_priority(cluster):
    with cluster.control() as session:
        job, other = add_job(session), add_job(session)
        assert set_priority(session, job.id, HIGHEST)
        owed = dict(session.execute(select(Outbox.job_id, Outbox.priority)).all())
        kept = dict(session.execute(select(Job.id, Job.priority)).all())
    assert owed == kept == {job.id: HIGHEST, other.id: 0}


def test_job_that_waits_no_longer_keeps_its_priority(cluster):
    with cluster.control() as session:
        running, failed = add_job(session).id, add_job(session).id
    take(cluster, running)
    end_in_failure(cluster, failed)
    with cluster.control() as session:
        assert not any(set_priority(session, job_id, 5) for job_id in (running, failed))
        assert set(session.scalars(select(Job.priority))) == {0}
