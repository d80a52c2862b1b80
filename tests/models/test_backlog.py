from datetime import timedelta

from sqlalchemy import func, update

from models.jobs.backlog import backlog
from models.jobs.job import Job
from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName
from tests.models.endings import end_well, take
from tests.models.rows import add_job

BATCH = QueueName.BATCH


def test_backlog_counts_what_is_due_and_what_runs_in_each_queue(cluster):
    with cluster.control() as session:
        due, sent, later, running, done = (add_job(session, queue=BATCH).id for _ in range(5))
        for table, key in ((Job, Job.id), (Outbox, Outbox.job_id)):
            wait = func.now() + timedelta(hours=1)
            session.execute(update(table).where(key == later).values(due_at=wait))
            session.execute(update(table).where(key == due).values(due_at=func.now() - timedelta(minutes=5)))
        session.execute(update(Outbox).where(Outbox.job_id == sent).values(sent_at=func.now()))
    take(cluster, running)
    end_well(cluster, done)
    with cluster.control() as session:
        found = {each.queue: each for each in backlog(session)}
    assert (found[BATCH].queued, found[BATCH].running) == (2, 1)
    assert 300 <= found[BATCH].oldest_age_s < 400
    empty = found[QueueName.INTERACTIVE]
    assert (empty.queued, empty.running, empty.oldest_age_s) == (0, 0, 0)
