"""One job, from claim to finish. A message only says which: the row decides, so a duplicate is a no-op."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from models.base import Json
from models.cluster import Cluster
from models.errors import LeaseLost
from models.lease import Claim, claim, fail, retry_later, succeed
from models.settings import Settings
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import read_request
from workers.keeper import LeaseKeeper
from workers.translate import is_permanent, job_problem

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    NOT_OURS = "not_ours"  # another worker's, ended, or not due: nothing was done
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RETRIED = "retried"
    LOST = "lost"  # the lease went to somebody else: nothing was saved


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a worker process works with."""

    cluster: Cluster
    keeper: LeaseKeeper
    settings: Settings
    worker: str


def run_job(job_id: UUID, bench: Bench) -> Outcome:
    """Claim the job, make its plan, save it and finish: exactly one plan, whoever else tries."""
    with bench.cluster.write(job_id) as session:
        held = claim(session, job_id, worker=bench.worker, lease_s=bench.settings.lease_s)
    if held is None:
        return Outcome.NOT_OURS
    try:
        outcome = _save(held, bench, _plan(held, bench))
    except LeaseLost:
        outcome = Outcome.LOST
    except Exception as error:  # the job's own fault never ends its worker
        outcome = _settle(held, bench, error)
    told = {"action": "run_job", "job_id": held.job_id, "kind": held.kind, "outcome": outcome}
    logger.info("job %s %s", held.job_id, outcome, extra=told)
    return outcome


def _plan(held: Claim, bench: Bench) -> Json:
    request = read_request(held.request, today=datetime.now(UTC).date())
    with bench.keeper.holding(held) as in_hand:
        return plan_json(make_plan(request, in_hand.stopped))


def _save(held: Claim, bench: Bench, body: Json) -> Outcome:
    with bench.cluster.write(held.job_id) as session:
        succeed(session, held, body=body)
    return Outcome.SUCCEEDED


def _settle(held: Claim, bench: Bench, error: Exception) -> Outcome:
    problem = job_problem(error)
    final = is_permanent(error) or held.attempts >= bench.settings.max_attempts
    if not is_permanent(error):
        logger.warning("job %s: %r", held.job_id, error, exc_info=error, extra={"action": "run_job"})
    try:
        with bench.cluster.write(held.job_id) as session:
            if final:
                fail(session, held, problem)
                return Outcome.FAILED
            retry_later(session, held, problem, base_s=bench.settings.retry_base_s)
            return Outcome.RETRIED
    except LeaseLost:
        return Outcome.LOST
