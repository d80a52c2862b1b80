"""Whatever is done to jobs, in whatever order: after every step the rows keep their promises."""

from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text, update

from models.errors import Conflict, LeaseLost
from models.jobs.cancel import cancel
from models.jobs.claim import claim
from models.jobs.dead import drop, retry
from models.jobs.enqueue import enqueue
from models.jobs.finish import Made, fail, retry_later, succeed
from models.jobs.job import TRANSITIONS, Job, JobState
from models.jobs.outbox import Outbox
from models.jobs.priority import set_priority
from models.jobs.queue import pause, paused_queues, resume
from models.jobs.queues import QueueName
from models.jobs.rescue import rescue
from models.plans.plan import Plan
from planners.spec import read_request
from tests.models.endings import BODY, PROBLEM
from tests.models.rows import NUTRITION, add_member

MOST_ATTEMPTS = 2
GONE = None  # the state of a job that was dropped

UNTRUE = {
    "an outbox row exactly while its job is queued": """
        SELECT id FROM job FULL JOIN outbox ON job_id = id
        WHERE (state = 'queued') IS DISTINCT FROM (job_id IS NOT NULL)""",
    "the outbox row says what its job says": """
        SELECT id FROM job JOIN outbox ON job_id = id
        WHERE (outbox.tenant_id, outbox.queue, outbox.priority, outbox.due_at)
            IS DISTINCT FROM (job.tenant_id, job.queue, job.priority, job.due_at)""",
    "one plan for each succeeded job and none for others": """
        SELECT job.id FROM job FULL JOIN plan ON plan.job_id = job.id
        WHERE (job.state = 'succeeded') IS DISTINCT FROM (plan.id IS NOT NULL) OR job.plan_id <> plan.id""",
    "at most one current plan for a member and kind, and one where there is any": """
        SELECT member_id FROM plan GROUP BY member_id, kind
        HAVING count(*) FILTER (WHERE state = 'current') <> 1""",
    "no two fresh jobs that are equal": """
        SELECT member_id FROM job WHERE state = 'queued' AND attempts = 0 AND fingerprint IS NOT NULL
        GROUP BY member_id, queue, request HAVING count(*) > 1""",
    "a failed job says why, and its last attempt stands in its history": """
        SELECT id FROM job WHERE (state = 'failed') IS DISTINCT FROM (error IS NOT NULL)
            OR (state = 'failed' AND (history -> -1 -> 'attempt')::int <> attempts)""",
    "attempts within their number": f"SELECT id FROM job WHERE attempts > {MOST_ATTEMPTS}",
}  # fmt: skip


QUEUED, RUNNING, FAILED = JobState.QUEUED, JobState.RUNNING, JobState.FAILED
ANY = st.integers(0, 39)
"""Picks a job or a claim: mostly one in a fitting state, sometimes any."""


class Queue(RuleBasedStateMachine):
    """Two members, few different requests, and everybody who moves jobs: members, workers, operators."""

    def __init__(self, cluster):
        super().__init__()
        self.cluster = cluster
        self.jobs = []
        self.claims = []
        self.states = {}  # job -> its state and token after the last step
        with cluster.control() as session:
            session.execute(text("TRUNCATE job, outbox, plan, idempotency_key, queue"))
            self.members = [add_member(session) for _ in range(2)]

    @initialize()
    def some_jobs(self):
        for n in range(8):
            self.ask(member=n % 2, seed=n // 2, queue=QueueName.INTERACTIVE, key=None)

    def pick(self, n, *states):
        fitting = [job for job in self.jobs if self.states[job][0] in states]
        pool = fitting if fitting and n % 5 else self.jobs
        return pool[n // 5 % len(pool)]

    def pick_claim(self, n):
        """A claim that is held, taken now where there is none; at times an old one."""
        held = [c for c in self.claims if self.states[c.id] == (RUNNING, c.token)]
        pool = held if n % 5 else self.claims
        return pool[n // 5 % len(pool)] if pool else self.take(n)

    def is_held(self, held):
        with self.cluster.control() as session:
            now = session.execute(select(Job.state, Job.token).where(Job.id == held.id)).one_or_none()
        return now == (RUNNING, held.token)

    @rule(
        member=st.integers(0, 1), seed=st.integers(0, 3), queue=st.sampled_from(QueueName),
        key=st.sampled_from([None, None, "a", "b"]),
    )  # fmt: skip
    def ask(self, member, seed, queue, key):
        asked = read_request({**NUTRITION, "seed": seed}, today=date(2026, 11, 30))
        who = self.members[member]
        try:
            with self.cluster.control() as session:
                made = enqueue(
                    session, tenant_id=who.tenant_id, member_id=who.id, request=asked, queue=queue,
                    idempotency_key=key,
                )  # fmt: skip
        except Conflict:
            assert key
            return
        assert made.new == (made.job.id not in self.jobs)
        assert (made.job.member_id, made.job.request["seed"]) == (who.id, seed)
        self.jobs += [made.job.id] if made.new else []

    @rule(n=ANY)
    def start(self, n):
        self.take(n)

    def take(self, n):
        job = self.pick(n, QUEUED)
        with self.cluster.control() as session:
            session.execute(update(Job).where(Job.id == job).values(due_at=func.now()))
            session.execute(update(Outbox).where(Outbox.job_id == job).values(due_at=func.now()))
            paused = paused_queues(session)
        with self.cluster.control() as session:
            held = claim(session, [job], worker="w", lease_s=60).get(job)
        if held is not None:
            assert self.states[job][0] == QUEUED
            assert held.queue not in paused
            self.claims.append(held)
            self.states[job] = (RUNNING, held.token)
        return held

    @rule(n=ANY)
    def save(self, n):
        if held := self.pick_claim(n):
            was_held = self.is_held(held)
            with self.cluster.control() as session:
                (plan_id,) = succeed(session, [Made(held=held, body=BODY)])
            assert (plan_id is not None) == was_held

    @rule(n=ANY, again=st.booleans())
    def give_up(self, n, again):
        if not (held := self.pick_claim(n)):
            return
        was_held = self.is_held(held)
        try:
            with self.cluster.control() as session:
                if again and held.attempts < MOST_ATTEMPTS:
                    retry_later(session, held, PROBLEM, base_s=1)
                else:
                    fail(session, held, PROBLEM)
            assert was_held
        except LeaseLost:
            assert not was_held

    @rule(n=ANY)
    def lose_the_worker(self, n):
        with self.cluster.control() as session:
            past = func.now() - timedelta(seconds=1)
            running = (Job.id == self.pick(n, RUNNING), Job.state == RUNNING)
            session.execute(update(Job).where(*running).values(lease_until=past))
        with self.cluster.control() as session:
            rescue(session, max_attempts=MOST_ATTEMPTS)

    @rule(n=ANY)
    def cancel_it(self, n):
        job = self.pick(n, QUEUED, RUNNING)
        with self.cluster.control() as session:
            assert cancel(session, job) == (self.states[job][0] in (QUEUED, RUNNING))

    @rule(n=ANY, act=st.sampled_from([retry, retry, drop]))
    def retry_or_drop(self, n, act):
        job = self.pick(n, FAILED)
        with self.cluster.control() as session:
            assert act(session, job, by="op") == (self.states[job][0] == FAILED)

    @rule(n=ANY, priority=st.integers(-1, 1))
    def set_its_priority(self, n, priority):
        job = self.pick(n, QUEUED)
        with self.cluster.control() as session:
            assert set_priority(session, job, priority) == (self.states[job][0] == QUEUED)

    @rule(queue=st.sampled_from(QueueName), on=st.sampled_from([True, False, False, False]))
    def pause_or_resume(self, queue, on):
        with self.cluster.control() as session:
            if on:
                pause(session, queue, by="op", reason="a reason")
            else:
                resume(session, queue)

    @invariant()
    def rows_keep_their_promises(self):
        with self.cluster.control() as session:
            broken = [promise for promise, query in UNTRUE.items() if session.execute(text(query)).first()]
        assert broken == []

    @invariant()
    def jobs_move_only_as_the_table_says_and_tokens_never_fall(self):
        with self.cluster.control() as session:
            rows = session.execute(select(Job.id, Job.state, Job.token))
            now = {row.id: (row.state, row.token) for row in rows}
            plans = session.scalar(select(func.count()).select_from(Plan))
        for job, (state, token) in self.states.items():
            after, token_after = now.get(job, (GONE, token))
            if after is GONE:
                assert state in (FAILED, GONE)
            elif after != state:
                assert after in TRANSITIONS[state]
                assert token_after >= token
        assert all(now[job][0] == QUEUED for job in now.keys() - self.states.keys())
        assert plans == len([1 for state, _ in now.values() if state == JobState.SUCCEEDED])
        self.states = dict.fromkeys(self.states, (GONE, 0)) | now


def test_rows_keep_their_promises_through_any_steps(cluster):
    run_state_machine_as_test(
        lambda: Queue(cluster),
        settings=settings(
            max_examples=40, stateful_step_count=40, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
