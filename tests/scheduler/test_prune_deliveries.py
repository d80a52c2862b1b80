"""Deliveries of webhooks are kept as long as the jobs that they tell of."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from models.events.webhook import WebhookDelivery
from scheduler.prune import run_once
from tests.models.endings import add_webhook, end_well, new_job
from tests.models.rows import add_member


def test_a_delivery_is_kept_for_the_retention_time_and_not_longer(cluster, settings):
    now = datetime.now(UTC)
    limit = now - timedelta(days=settings.job_retention_days)
    with cluster.control() as session:
        member = add_member(session)
    add_webhook(cluster, member)
    young = new_job(cluster, member)
    end_well(cluster, young)
    old = new_job(cluster, member)
    end_well(cluster, old)
    for job_id, ended_at in ((young, limit), (old, limit - timedelta(microseconds=1))):
        with cluster.control() as session:
            this = WebhookDelivery.job_id == job_id
            session.execute(update(WebhookDelivery).where(this).values(ended_at=ended_at))
    assert run_once(cluster, settings, now)["webhook_deliveries"] == 1
    with cluster.control() as session:
        assert session.scalars(select(WebhookDelivery.job_id)).all() == [young]
