"""What processes of the version before say to the database, word for word; renewed with each release.

`%(name)s` are their parameters. In a rolling deployment these statements meet the schema of this version.
"""

# Members are sealed from this version on, so those of the version before cannot be met; jobs can.
MAKE_MEMBER = "INSERT INTO member (id, tenant_id) VALUES (%(member_id)s, %(tenant_id)s)"

ENQUEUE = """
WITH made AS (
    INSERT INTO job
        (id, tenant_id, member_id, kind, queue, priority, request, fingerprint, idempotency_key)
    VALUES
        (%(id)s, %(tenant_id)s, %(member_id)s, 'nutrition', 'interactive', 0, %(request)s, %(fingerprint)s,
        NULL)
    ON CONFLICT DO NOTHING
    RETURNING *
), owed AS (
    INSERT INTO outbox (job_id, tenant_id, queue, priority, due_at)
    SELECT id, tenant_id, queue, priority, due_at FROM made
), told AS (
    SELECT pg_notify('reveille_outbox', '') FROM made
)
SELECT made.* FROM made, told
"""

MARK_SENT = "UPDATE outbox SET sent_at = clock_timestamp() WHERE job_id = ANY(%(ids)s)"

CLAIM = """
WITH free AS (
    SELECT id FROM job WHERE id = ANY(%(ids)s) AND state = 'queued' AND due_at <= now()
        AND queue NOT IN (SELECT name FROM queue WHERE paused_at IS NOT NULL)
    ORDER BY id FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE job SET state = 'running', token = token + 1, attempts = attempts + 1, worker = 'before',
        progress = 0, started_at = clock_timestamp(),
        lease_until = clock_timestamp() + make_interval(secs => 60)
    FROM free WHERE job.id = free.id
    RETURNING job.id, tenant_id, member_id, kind, queue, request, token, attempts
), settled AS (
    DELETE FROM outbox USING taken WHERE outbox.job_id = taken.id
)
SELECT * FROM taken
"""

RENEW = """
UPDATE job SET lease_until = clock_timestamp() + make_interval(secs => 60)
WHERE state = 'running' AND id = ANY(%(ids)s) AND token = 1 RETURNING id
"""

REPORT = (
    "UPDATE job SET progress = 0.5 WHERE id = ANY(%(ids)s) AND token = 1 AND state = 'running' RETURNING id"
)

FAIL = """
UPDATE job SET state = 'failed', lease_until = NULL, finished_at = clock_timestamp(), error = %(problem)s,
    history = history || jsonb_build_object('attempt', attempts, 'problem', %(problem)s::jsonb)
WHERE id = ANY(%(ids)s) AND state = 'running' AND token = 1 RETURNING id
"""

RETRY_LATER = """
UPDATE job SET state = 'queued', worker = NULL, progress = 0, due_at = clock_timestamp(), lease_until = NULL,
    history = history || jsonb_build_object('attempt', attempts, 'problem', %(problem)s::jsonb)
WHERE id = ANY(%(ids)s) AND state = 'running' AND token = 1 RETURNING id
"""

OWE = """
INSERT INTO outbox (job_id, tenant_id, queue, priority, due_at)
SELECT id, tenant_id, queue, priority, due_at FROM job WHERE id = ANY(%(ids)s)
"""

CANCEL = """
UPDATE job SET state = 'cancelled', token = token + 1, lease_until = NULL, finished_at = clock_timestamp()
WHERE id = ANY(%(ids)s) AND state IN ('queued', 'running') RETURNING id
"""

SETTLE = "DELETE FROM outbox WHERE job_id = ANY(%(ids)s)"

FINISH = """
UPDATE job SET state = 'succeeded', plan_id = %(plan_id)s, progress = 1, lease_until = NULL,
    finished_at = clock_timestamp()
WHERE id = ANY(%(ids)s) AND token = 1 AND state = 'running' RETURNING id
"""

SAVE = """
INSERT INTO plan (id, tenant_id, member_id, job_id, kind, state, start_date, days, catalogue_id, content)
SELECT plan_id, tenant_id, member_id, id, kind, 'current', '2026-12-01', 1, %(catalogue_id)s, ''
FROM job WHERE id = ANY(%(ids)s) RETURNING job_id AS id
"""
