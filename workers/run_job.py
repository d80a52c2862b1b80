"""One job, from claim to finish. A message only says which: the row decides, so a duplicate is a no-op."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from models.base import Json
from models.cluster import Cluster
from models.errors import LeaseLost, ModelError
from models.jobs.claim import Claim, claim
from models.jobs.finish import Made, fail, reply, retry_later, succeed
from models.jobs.plan_change import about_of
from models.jobs.progress import PLANNED
from models.nights.bisect import divide
from models.nights.chunk import WHOLE_LOSSES
from models.settings import Settings
from models.tracing import PARENT, span
from planners.errors import Stopped
from planners.make import make_plan
from planners.outcome import StopSignal
from planners.phases import listening
from planners.plan import plan_json
from planners.renewal.renew import renew
from planners.spec import read_request
from workers.alone import Company
from workers.change import answer_json, changed_json
from workers.keeper import Held, LeaseKeeper
from workers.metrics import JobMetrics
from workers.pace import Pace
from workers.run_chunk import Renewing, run_chunk
from workers.together import Together
from workers.translate import is_permanent, is_refusal, job_problem

logger = logging.getLogger(__name__)

Planner = Callable[[Json, StopSignal], Json]
Clock = Callable[[], datetime]


class Outcome(StrEnum):
    NOT_OURS = "not_ours"  # another worker's, ended, or not due: nothing was done
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RETRIED = "retried"
    LOST = "lost"  # the lease went to somebody else: nothing was saved


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def make_json(request: Json, stopped: StopSignal) -> Json:
    """The planners on a job's stored request."""
    return plan_json(make_plan(read_request(request, today=now().date()), stopped))


class Bench:
    """What the threads of one worker process work with; their claims and finishes share transactions."""

    def __init__(
        self,
        cluster: Cluster,
        keeper: LeaseKeeper,
        settings: Settings,
        worker: str,
        plan: Planner = make_json,
        renewing: Renewing = renew,
        clock: Clock = now,
    ) -> None:
        self.cluster = cluster
        self.keeper = keeper
        self.settings = settings
        self.worker = worker
        self.plan = plan
        self.renewing = renewing
        self.clock = clock
        self.company = Company()
        self.pace = Pace()
        self.metrics = JobMetrics()
        self.claim = Together(partial(self._claim, fresh=False), apart=cluster.place_of)
        self.claim_fresh = Together(partial(self._claim, fresh=True), apart=cluster.place_of)
        self.save = Together(self._save, apart=lambda made: cluster.place_of(made.held.id))

    def _claim(self, job_ids: list[UUID], *, fresh: bool) -> list[Claim | None]:
        lease_s = self.settings.lease_s
        with self.cluster.write_all(job_ids) as session:
            held = claim(session, job_ids, worker=self.worker, lease_s=lease_s, fresh=fresh)
        # One message twice in a batch: the first gets the claim, the second finds it gone.
        return [held.pop(job_id, None) for job_id in job_ids]

    def _save(self, made: list[Made]) -> list[bool]:
        with self.cluster.write_all([each.held.id for each in made]) as session:
            return [plan_id is not None for plan_id in succeed(session, made)]


def run_job(job_id: UUID, bench: Bench) -> Outcome:
    """Claim the job, make its plan, save it and finish: exactly one plan, whoever else tries."""
    held = bench.claim(job_id)
    if held is None:
        return Outcome.NOT_OURS
    bench.metrics.started(held)
    with span("job", kind="CONSUMER", parent=held.traceparent, **told_of(held)) as seen:
        try:
            with bench.keeper.holding(held) as in_hand:
                made = make(in_hand, bench)
                with span("save"):
                    saved = made is None or bench.save(made)
            outcome = Outcome.SUCCEEDED if saved else Outcome.LOST
        except Exception as error:  # the job's own fault never ends its worker
            outcome = settle(held, bench, error)
        seen.set_attribute("reveille.outcome", outcome)
    log(held, outcome, bench)
    return outcome


def told_of(held: Claim) -> dict[str, str | int]:
    """What a trace says of a job; nothing of its member."""
    return {"job_id": str(held.id), "plan_kind": held.kind, "queue": held.queue, "attempt": held.attempts}


def make(in_hand: Held, bench: Bench) -> Made | None:
    """Make the plan of a job in hand; None for what is finished with it: a question, a chunk of a night."""
    held = in_hand.claim
    if held.batch_id is not None:
        _do_chunk(in_hand, bench)
        return None
    about = about_of(held.request)
    began = time.monotonic()
    if about is not None and about.question is not None:
        answer = answer_json(bench.cluster, about)
        with bench.cluster.write(held.id) as session:
            reply(session, held, about.plan_id, answer)
        return None
    changed = None if about is None else changed_json(bench.cluster, about)
    with span("plan", plan_kind=held.kind), listening(span):
        body = changed or bench.plan(held.request, in_hand.stopped)
    in_hand.progress = PLANNED
    bench.pace.took(time.monotonic() - began)
    return Made(held=held, body=body)


def _do_chunk(in_hand: Held, bench: Bench) -> None:
    """Plan the members of a chunk; one that was lost before has the process to itself."""
    held = in_hand.claim
    company = bench.company.alone if held.attempts > 1 else bench.company.together
    in_hand.end()  # until it may begin: it may have to wait for others' whole chunks
    with company():
        in_hand.begin()
        began = time.monotonic()
        ahead_days = bench.settings.nightly_ahead_days
        tally = run_chunk(bench.cluster, in_hand, ahead_days, bench.clock(), bench.renewing)
    bench.pace.took(time.monotonic() - began)
    told = {"action": "run_chunk", "job_id": held.id, "batch_id": held.batch_id, **asdict(tally)}
    logger.info("chunk %s done", held.id, extra=told)


def log(held: Claim, outcome: Outcome, bench: Bench) -> None:
    """One line and one count for each attempt."""
    seconds = bench.metrics.ended(held, outcome)
    told = {
        "action": "run_job", "job_id": held.id, "tenant_id": held.tenant_id, "kind": held.kind,
        "outcome": outcome, "attempt": held.attempts, "waited_s": round(held.waited_s, 3),
        "seconds": round(seconds, 3), PARENT: held.traceparent,
    }  # fmt: skip
    logger.info("job %s %s", held.id, outcome, extra=told)


def _blames_chunk(held: Claim, error: Exception, permanent: bool) -> bool:
    """Whether to look for the member at fault.

    A lack of memory, or a fault that nobody knows, may be the machine's once, as the loss of a worker may; a
    server that is away or a full disk is no member's, however often.
    """
    if permanent or isinstance(error, Stopped):
        return True
    return held.attempts >= WHOLE_LOSSES and not isinstance(error, ModelError | OSError)


def settle(held: Claim, bench: Bench, error: Exception) -> Outcome:
    """Fail the job for good or give it another try later, as `error` asks for."""
    if isinstance(error, LeaseLost):
        return Outcome.LOST
    problem = job_problem(error)
    permanent = is_permanent(error)
    if not is_refusal(error):
        level = logging.ERROR if permanent else logging.WARNING
        logger.log(level, "job %s: %r", held.id, error, exc_info=error, extra={"action": "run_job"})
    try:
        with bench.cluster.write(held.id) as session:
            if held.batch_id is not None and _blames_chunk(held, error, permanent):
                divide(session, held, problem)
                return Outcome.RETRIED
            tried = held.batch_id is None and held.attempts >= bench.settings.max_attempts
            if permanent or tried:
                fail(session, held, problem)
                return Outcome.FAILED
            retry_later(session, held, problem, base_s=bench.settings.retry_base_s)
            return Outcome.RETRIED
    except LeaseLost:
        return Outcome.LOST
