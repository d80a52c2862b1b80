"""Puts right what should never be wrong: queued jobs that nothing is owed for, and debts without a job."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from models.cluster import Cluster
from models.jobs.outbox import owe
from models.settings import Settings
from models.shards.everywhere import everywhere

MOST = 5_000  # of one run: the next comes soon

# Those of a paused batch are owed nothing until it is resumed.
FORGOTTEN = text("""
SELECT job.id FROM job
WHERE job.state = 'queued' AND job.queued_at < now() - interval '1 minute'
    AND NOT EXISTS (SELECT FROM outbox WHERE outbox.job_id = job.id)
    AND NOT EXISTS (SELECT FROM batch WHERE batch.id = job.batch_id AND batch.paused_at IS NOT NULL)
LIMIT :most FOR UPDATE SKIP LOCKED
""")
ORPHANS = text("""
DELETE FROM outbox WHERE job_id IN (
    SELECT job_id FROM outbox
    WHERE NOT EXISTS (SELECT FROM job WHERE job.id = outbox.job_id AND job.state = 'queued')
    LIMIT :most FOR UPDATE SKIP LOCKED
) RETURNING job_id
""")


def run_once(cluster: Cluster, settings: Settings, now: datetime) -> dict[str, int]:
    """Owe for forgotten jobs, forget debts whose job is gone or no longer queued; return counts."""
    return everywhere(cluster.each(), _mend, action="outbox")


def _mend(shard: Cluster) -> dict[str, int]:
    with shard.control() as session:
        forgotten = session.scalars(FORGOTTEN, {"most": MOST}).all()
        owe(session, forgotten)
    with shard.control() as session:
        orphans = session.execute(ORPHANS, {"most": MOST}).all()
    return {"owed": len(forgotten), "forgotten": len(orphans)}
