"""What webhooks are owed: written in the transaction that ends a job, taken and settled by the relay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, text
from sqlalchemy.orm import Session

from models.base import Json
from models.events.webhook import Webhook
from models.sealing.place import place_of
from models.sealing.ring import Ring, ring_of

# Goes after a WITH that has the ended jobs' rows as `ended`. A webhook that is being deleted at this moment
# is waited for and left out, so that it never fails the job's end. Nobody is told of a batch's chunks.
OWE_ENDED = """
INSERT INTO webhook_delivery
    (webhook_id, job_id, token, tenant_id, member_id, event, kind, plan_id, problem, ended_at)
SELECT webhook.id, ended.id, ended.token, ended.tenant_id, ended.member_id,
    'job.' || ended.state, ended.kind, ended.plan_id,
    CASE ended.state WHEN 'failed' THEN ended.error ->> 'type' END, ended.finished_at
FROM ended JOIN webhook ON webhook.owner_id = ANY (ARRAY[ended.tenant_id, ended.member_id])
WHERE ended.member_id IS NOT NULL AND webhook.state = 'active'
    AND 'job.' || ended.state = ANY (webhook.events)
ORDER BY webhook.id FOR KEY SHARE OF webhook
"""

OWE = text(f"WITH ended AS (SELECT * FROM job WHERE id = ANY(:ids)) {OWE_ENDED}").bindparams(  # noqa: S608
    bindparam("ids", type_=ARRAY(Uuid))
)

# The webhooks that are owed something are found by skipping through the index from one to the next, so a
# backlog costs what its webhooks cost. One that failed last has a single delivery on its way. Then each
# receiver and each tenant gets what it has room for beside its deliveries that are on their way, the longest
# due first. Only what is chosen is locked, and looked at once more: another relay may have taken it. What is
# taken is due again after the lease: a relay that dies with it leaves it to the next.
ORIGIN = "lower(substring({url} FROM '^[^/]+//[^/?]+'))"

TAKE = text(f"""
WITH RECURSIVE owing AS (
    (SELECT webhook_id FROM webhook_delivery WHERE state = 'owed' ORDER BY webhook_id LIMIT 1)
    UNION ALL
    SELECT (SELECT d.webhook_id FROM webhook_delivery d
            WHERE d.state = 'owed' AND d.webhook_id > owing.webhook_id ORDER BY d.webhook_id LIMIT 1)
    FROM owing WHERE owing.webhook_id IS NOT NULL
), flying AS (
    SELECT webhook_id, tenant_id, {ORIGIN.format(url="url")} AS origin
    FROM unnest(:flying, :flying_tenants, :flying_urls) AS flying (webhook_id, tenant_id, url)
), of_receivers AS (
    SELECT row.*, webhook.tenant_id, {ORIGIN.format(url="webhook.url")} AS origin,
        row_number() OVER (PARTITION BY {ORIGIN.format(url="webhook.url")} ORDER BY row.due_at) AS nth
    FROM owing
    JOIN webhook ON webhook.id = owing.webhook_id
        AND webhook.state = 'active' AND coalesce(webhook.rest_until <= now(), true)
    CROSS JOIN LATERAL (
        SELECT d.webhook_id, d.job_id, d.token, d.due_at FROM webhook_delivery d
        WHERE d.state = 'owed' AND d.webhook_id = owing.webhook_id AND d.due_at <= now()
        ORDER BY d.due_at, d.job_id
        LIMIT CASE WHEN webhook.failures = 0 THEN :of_receiver
            WHEN webhook.id = ANY(:flying) THEN 0 ELSE 1 END
    ) row
), of_tenants AS (
    SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY due_at) AS nth_of_tenant FROM of_receivers
    WHERE nth + (SELECT count(*) FROM flying WHERE flying.origin = of_receivers.origin) <= :of_receiver
), due AS (
    SELECT * FROM of_tenants
    WHERE nth_of_tenant + (SELECT count(*) FROM flying WHERE flying.tenant_id = of_tenants.tenant_id)
        <= :of_tenant
    ORDER BY due_at LIMIT :most
), free AS (
    SELECT d.webhook_id, d.job_id, d.token FROM webhook_delivery d
    JOIN due ON (d.webhook_id, d.job_id, d.token) = (due.webhook_id, due.job_id, due.token)
    WHERE d.state = 'owed' AND d.due_at <= now()
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE webhook_delivery d
SET attempts = d.attempts + 1, due_at = now() + make_interval(secs => :lease_s)
FROM free JOIN webhook ON webhook.id = free.webhook_id
WHERE (d.webhook_id, d.job_id, d.token) = (free.webhook_id, free.job_id, free.token)
RETURNING d.webhook_id, d.job_id, d.token, d.tenant_id, d.member_id, d.event, d.kind, d.plan_id, d.problem,
    d.ended_at, d.attempts, webhook.failures, webhook.url, webhook.secret,
    CASE WHEN webhook.old_secret_until > now() THEN webhook.old_secret END AS old_secret
""").bindparams(  # noqa: S608 (a constant of ours)
    bindparam("flying", type_=ARRAY(Uuid)),
    bindparam("flying_tenants", type_=ARRAY(Uuid)),
    bindparam("flying_urls", type_=ARRAY(Text)),
)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A delivery that this relay has taken, and what is needed to send it."""

    webhook_id: UUID
    job_id: UUID
    token: int
    tenant_id: UUID
    member_id: UUID
    event: str
    kind: str
    plan_id: UUID | None
    problem: str | None
    ended_at: datetime
    attempts: int
    failures: int  # of the webhook, in a row, before this attempt
    url: str
    secret: bytes
    old_secret: bytes | None

    @property
    def message_id(self) -> str:
        """The same for every attempt and for every webhook that is told of this end of this job."""
        return message_id(self.job_id, self.token)


def message_id(job_id: UUID, token: int) -> str:
    """The id of the message that tells of one end of a job."""
    return f"msg_{job_id.hex}_{token}"


def owe_deliveries(session: Session, job_ids: Sequence[UUID]) -> None:
    """Owe the webhooks concerned a delivery for each of these jobs, which the session has just ended."""
    if job_ids:
        session.execute(OWE, {"ids": list(job_ids)})


def take(
    session: Session,
    *,
    most: int,
    of_receiver: int,
    of_tenant: int,
    lease_s: float,
    flying: Collection[Delivery] = (),
) -> list[Delivery]:
    """Take at most `most` deliveries that are due, the oldest first.

    With those that are on their way already, `flying`, there are at most `of_receiver` to one receiver, which
    is a scheme, host and port, and `of_tenant` of one tenant.
    """
    told = {
        "flying": [d.webhook_id for d in flying],
        "flying_tenants": [d.tenant_id for d in flying],
        "flying_urls": [d.url for d in flying],
    }
    bounds = {"most": most, "of_receiver": of_receiver, "of_tenant": of_tenant, "lease_s": lease_s}
    ring = ring_of(session)
    rows = session.execute(TAKE, {**told, **bounds})
    return [Delivery(**_opened(ring, dict(row._mapping))) for row in rows]


def _opened(ring: Ring, row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a delivery, with the secrets ready to sign."""
    for column in (Webhook.secret, Webhook.old_secret):
        if (sealed := row[column.key]) is not None:
            row[column.key] = ring.open(place_of(column, row["tenant_id"], row["webhook_id"]), sealed)
    return row


# The webhook's row is locked before its deliveries', by everybody who needs both. A delivery is settled only
# by the attempt that took it last: another relay may have it meanwhile.
WORKS = text("""
UPDATE webhook SET failures = 0, failing_since = NULL, rest_until = NULL
WHERE id = :webhook_id AND failures > 0
""")

DELIVERED = text("""
UPDATE webhook_delivery SET state = 'delivered', status = :status, error = NULL, delivered_at = now()
WHERE (webhook_id, job_id, token, attempts) = (:webhook_id, :job_id, :token, :attempts) AND state = 'owed'
""")

FAILED = text("""
UPDATE webhook_delivery SET status = :status, error = :error, due_at = now() + make_interval(secs => :wait_s),
    state = CASE WHEN give_up_at < now() + make_interval(secs => :wait_s) THEN 'given_up' ELSE 'owed' END
WHERE (webhook_id, job_id, token, attempts) = (:webhook_id, :job_id, :token, :attempts) AND state = 'owed'
RETURNING state
""")

RESTS = text("""
UPDATE webhook SET failures = failures + 1, failing_since = coalesce(failing_since, now()),
    rest_until = now() + make_interval(secs => :rest_s)
WHERE id = :webhook_id AND state = 'active'
RETURNING failures, extract(epoch FROM now() - failing_since) AS failing_s
""")

DISABLE = text("""
WITH given_up AS (
    UPDATE webhook_delivery SET state = 'given_up' WHERE webhook_id = :webhook_id AND state = 'owed'
)
UPDATE webhook SET state = 'disabled', reason = :reason WHERE id = :webhook_id AND state = 'active'
""")

KEPT_TRYING = timedelta(days=3)  # as long as the table's own default for a new delivery
DISABLE_AFTER_S = 3 * 86_400.0
DISABLE_AFTER_FAILURES = 10  # in a row: one late failure of a quiet webhook is not a long one


def settle_delivered(session: Session, delivery: Delivery, status: int) -> None:
    """The delivery was answered 2xx: it is done, and its webhook works."""
    session.execute(WORKS, {"webhook_id": delivery.webhook_id})
    session.execute(DELIVERED, {**_attempt(delivery), "status": status})


def settle_failed(
    session: Session, delivery: Delivery, error: str, *, status: int | None, wait_s: float, rest_s: float
) -> str:
    """The attempt failed: another follows in `wait_s`, unless that is too late; the webhook rests `rest_s`.

    A webhook that has done nothing but fail for days, or whose receiver says 410 Gone, is disabled.

    Returns
    -------
    What became of it: owed, given_up or disabled.
    """
    row = session.execute(RESTS, {"webhook_id": delivery.webhook_id, "rest_s": rest_s}).one_or_none()
    told = {**_attempt(delivery), "error": error, "status": status, "wait_s": wait_s}
    state = session.scalar(FAILED, told)
    reason = _reason_to_disable(row, error, status) if row else None
    if reason is None:
        return str(state or "owed")
    session.execute(DISABLE, {"webhook_id": delivery.webhook_id, "reason": reason})
    return "disabled"


def _reason_to_disable(row: Any, error: str, status: int | None) -> str | None:
    if status == 410:
        return "its receiver answered 410 Gone"
    if row.failures >= DISABLE_AFTER_FAILURES and row.failing_s >= DISABLE_AFTER_S:
        return f"no delivery has succeeded for {row.failing_s / 86_400:.0f} days; the last one: {error}"
    return None


def _attempt(delivery: Delivery) -> Json:
    return {name: getattr(delivery, name) for name in ("webhook_id", "job_id", "token", "attempts")}
