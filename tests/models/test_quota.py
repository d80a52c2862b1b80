import pytest
from sqlalchemy import func, update

from models.ids import new_id
from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName
from models.jobs.quota import count_waiting
from models.members.tenant import Tenant
from tests.models.endings import take
from tests.models.rows import add_job, add_member

INTERACTIVE, BATCH = QueueName.INTERACTIVE, QueueName.BATCH


@pytest.mark.parametrize(("most", "counted"), [(0, 0), (4, 4), (5, 5), (6, 5)])
def test_counting_ends_at_the_quota(cluster, most, counted):
    with cluster.control() as session:
        jobs = [add_job(session) for _ in range(5)]
        assert count_waiting(session, jobs[0].tenant_id, INTERACTIVE, most) == counted


def test_only_what_waits_of_this_tenant_in_this_queue_counts(cluster):
    with cluster.control() as session:
        session.add(Tenant(id=(other := new_id(0)), slug="other", name="Other"))
        session.flush()
        waiting, sent, running = (add_job(session) for _ in range(3))
        add_job(session, queue=BATCH)
        add_job(session, add_member(session, other))
        session.execute(update(Outbox).where(Outbox.job_id == sent.id).values(sent_at=func.now()))
    take(cluster, running.id)
    with cluster.control() as session:
        assert count_waiting(session, waiting.tenant_id, INTERACTIVE, 10) == 1
        assert count_waiting(session, other, INTERACTIVE, 10) == 1
