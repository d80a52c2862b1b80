"""Several short jobs of one message: claimed together, planned in turn, saved together.

Where planning takes less than two transactions do, this is what a job costs. A job that was tried before is
claimed alone: it may be what killed the worker, and takes no other with it a second time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from models.jobs.claim import Claim
from models.jobs.finish import Made
from models.tracing import span
from workers.keeper import Held
from workers.run_job import Bench, Outcome, log, make, run_job, settle, told_of

SAVE_AFTER_S = 0.050  # a plan that is made waits no longer than that, or than one job, to be saved


def run_group(job_ids: Sequence[UUID], bench: Bench) -> None:
    """Run the jobs of one message.

    What keeps one of them from being claimed or settled keeps none of its mates from their plans: it is
    raised when all are done with. That job is sent or rescued again.
    """
    if len(job_ids) == 1:
        run_job(job_ids[0], bench)
        return
    answers = bench.claim_fresh.each(job_ids)
    held = [answer for answer in answers if isinstance(answer, Claim)]
    with bench.keeper.holding_all(held) as in_hand:
        faults = _make_and_save(in_hand, bench)
    for job_id, answer in zip(job_ids, answers, strict=True):
        if isinstance(answer, Exception):
            faults.append(answer)
        elif answer is None:
            faults += _alone(job_id, bench)
    if faults:
        raise faults[0]


def _alone(job_id: UUID, bench: Bench) -> list[Exception]:
    try:
        run_job(job_id, bench)
    except Exception as error:
        return [error]
    return []


def _make_and_save(in_hand: Sequence[Held], bench: Bench) -> list[Exception]:
    faults: list[Exception] = []
    made: list[Made] = []
    saved_at = time.monotonic()
    for each in in_hand:
        each.begin()
        bench.metrics.started(each.claim)
        with span("job", kind="CONSUMER", parent=each.claim.traceparent, **told_of(each.claim)):
            try:
                plan = make(each, bench)
                if plan is None:
                    log(each.claim, Outcome.SUCCEEDED, bench)
                else:
                    made.append(plan)
            except Exception as error:  # a job's own fault fails none of its mates
                faults += _settle(each.claim, bench, error)
        each.end()
        if time.monotonic() >= saved_at + SAVE_AFTER_S:
            faults += _save(made, bench)
            made, saved_at = [], time.monotonic()
    return faults + _save(made, bench)


def _save(made: Sequence[Made], bench: Bench) -> list[Exception]:
    faults: list[Exception] = []
    for each, saved in zip(made, bench.save.each(made), strict=True):
        if isinstance(saved, Exception):
            faults += _settle(each.held, bench, saved)
        else:
            log(each.held, Outcome.SUCCEEDED if saved else Outcome.LOST, bench)
    return faults


def _settle(held: Claim, bench: Bench, error: Exception) -> list[Exception]:
    """Settle one job by itself; what kept it from being settled."""
    try:
        log(held, settle(held, bench, error), bench)
    except Exception as fault:
        return [fault]
    return []
