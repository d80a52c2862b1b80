"""What webhooks are owed: written in the transaction that ends a job, taken and settled by the relay."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlalchemy.orm import Session

# Goes after a WITH that has the ended jobs' rows as `ended`. A webhook that is being deleted at this moment
# is waited for and left out, so that it never fails the job's end.
OWE_ENDED = """
INSERT INTO webhook_delivery
    (webhook_id, job_id, token, tenant_id, member_id, event, kind, plan_id, problem, ended_at)
SELECT webhook.id, ended.id, ended.token, ended.tenant_id, ended.member_id,
    'job.' || ended.state, ended.kind, ended.plan_id,
    CASE ended.state WHEN 'failed' THEN ended.error ->> 'type' END, ended.finished_at
FROM ended JOIN webhook ON webhook.owner_id = ANY (ARRAY[ended.tenant_id, ended.member_id])
WHERE webhook.state = 'active' AND 'job.' || ended.state = ANY (webhook.events)
ORDER BY webhook.id FOR KEY SHARE OF webhook
"""

OWE = text(f"WITH ended AS (SELECT * FROM job WHERE id = ANY(:ids)) {OWE_ENDED}").bindparams(  # noqa: S608
    bindparam("ids", type_=ARRAY(Uuid))
)


def owe_deliveries(session: Session, job_ids: Sequence[UUID]) -> None:
    """Owe the webhooks concerned a delivery for each of these jobs, which the session has just ended."""
    if job_ids:
        session.execute(OWE, {"ids": list(job_ids)})
