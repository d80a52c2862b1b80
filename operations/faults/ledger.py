"""The ledger: what was accepted against what the rows say became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

ROWS = text("""
SELECT job.id, job.state, job.error, job.attempts,
    (SELECT count(*) FROM plan WHERE plan.job_id = job.id) AS plans,
    EXISTS (SELECT FROM outbox WHERE outbox.job_id = job.id) AS owed
FROM job
""")


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Numbers of jobs. The first four are the sum; of the others each must be 0."""

    accepted: int
    succeeded: int
    failed: int
    cancelled: int
    lost: int  # accepted, and there is no row
    unfinished: int  # neither succeeded nor failed nor cancelled
    without_reason: int  # failed, and the row does not say why
    without_plan: int  # succeeded without a plan
    with_several_plans: int
    with_a_plan_too_many: int  # not succeeded, and there is a plan
    still_owed: int  # finished, and its message waits in the outbox
    told_otherwise: int  # the platform answers another state than the row's
    accepted_twice: int  # answers for different requests that name the same job

    @property
    def balances(self) -> bool:
        """Whether every accepted job came to exactly one end, with what belongs to it."""
        ended = self.succeeded + self.failed + self.cancelled
        return self.accepted == ended and not any(getattr(self, name) for name in BREACHES)


BREACHES = (
    "lost", "unfinished", "without_reason", "without_plan", "with_several_plans", "with_a_plan_too_many",
    "still_owed", "told_otherwise", "accepted_twice",
)  # fmt: skip


def ledger(session: Session, accepted: Sequence[UUID], told: Mapping[UUID, str]) -> Ledger:
    """Hold the `accepted` jobs, one for each answer, and the states that were `told` against the rows."""
    found = {row.id: row for row in session.execute(ROWS)}
    ours = [found[job_id] for job_id in dict.fromkeys(accepted) if job_id in found]
    states = Counter(row.state for row in ours)
    good = [row for row in ours if row.state == "succeeded"]
    ended = [row for row in ours if row.state in ("succeeded", "failed", "cancelled")]
    return Ledger(
        accepted=len(set(accepted)),
        succeeded=states["succeeded"],
        failed=states["failed"],
        cancelled=states["cancelled"],
        lost=len(set(accepted) - set(found)),
        unfinished=len(ours) - len(ended),
        without_reason=sum(row.state == "failed" and not _reason(row) for row in ours),
        without_plan=sum(row.plans == 0 for row in good),
        with_several_plans=sum(row.plans > 1 for row in good),
        with_a_plan_too_many=sum(row.plans > 0 for row in found.values() if row.state != "succeeded"),
        still_owed=sum(row.owed for row in ended),
        told_otherwise=sum(told.get(row.id) != row.state for row in ours),
        accepted_twice=len(accepted) - len(set(accepted)),
    )


def attempts(session: Session) -> dict[int, int]:
    """How many jobs needed how many attempts."""
    counted = text("SELECT attempts, count(*) FROM job GROUP BY attempts ORDER BY attempts")
    return {int(needed): int(jobs) for needed, jobs in session.execute(counted)}


def _reason(row: Row[Any]) -> bool:
    return bool(row.error and row.error.get("type") and row.error.get("detail"))
