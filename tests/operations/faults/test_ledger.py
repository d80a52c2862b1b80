"""The ledger balances only when every job came to one end with what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from models.cluster import Cluster
from operations.faults.ledger import BREACHES, Ledger, attempts, ledger
from tests.models.endings import end_by_cancelling, end_in_failure, end_well, new_job
from tests.models.rows import add_member

Jobs = dict[str, UUID]


@pytest.fixture
def jobs(cluster: Cluster) -> Jobs:
    """A job that came to each end."""
    with cluster.control() as session:
        member = add_member(session)
    ends = {"good": end_well, "failed": end_in_failure, "cancelled": end_by_cancelling}
    made: Jobs = {}
    for name, end in ends.items():
        made[name] = new_job(cluster, member)
        end(cluster, made[name])
    return made


def drawn(cluster: Cluster, jobs: Jobs, more: tuple[UUID, ...] = ()) -> Ledger:
    told = {jobs["good"]: "succeeded", jobs["failed"]: "failed", jobs["cancelled"]: "cancelled"}
    with cluster.control() as session:
        return ledger(session, [*jobs.values(), *more], told)


def test_it_balances_when_all_is_well(cluster: Cluster, jobs: Jobs) -> None:
    found = drawn(cluster, jobs)
    assert (found.accepted, found.succeeded, found.failed, found.cancelled) == (3, 1, 1, 1)
    assert not any(getattr(found, name) for name in BREACHES)
    assert found.balances


def say(cluster: Cluster, statement: str, job_id: UUID) -> None:
    with cluster.engine.begin() as connection:
        connection.execute(text("ALTER TABLE job DISABLE TRIGGER USER"))
        connection.execute(text(statement), {"id": job_id})


SPOILS: dict[str, tuple[str, str]] = {
    "unfinished": (
        "cancelled",
        "UPDATE job SET state = 'queued', finished_at = NULL WHERE id = :id",
    ),
    "without_reason": ("failed", "UPDATE job SET error = NULL WHERE id = :id"),
    "without_plan": ("good", "DELETE FROM plan WHERE job_id = :id"),
    "with_a_plan_too_many": ("good", "UPDATE job SET state = 'cancelled', plan_id = NULL WHERE id = :id"),
    "still_owed": (
        "failed",
        "INSERT INTO outbox (job_id, tenant_id, queue) SELECT id, tenant_id, queue FROM job WHERE id = :id",
    ),
    "told_otherwise": ("failed", "UPDATE job SET state = 'cancelled' WHERE id = :id"),
}


@pytest.mark.parametrize("breach", SPOILS)
def test_a_breach_is_found(cluster: Cluster, jobs: Jobs, breach: str) -> None:
    name, statement = SPOILS[breach]
    say(cluster, statement, jobs[name])
    found = drawn(cluster, jobs)
    assert getattr(found, breach) == 1
    assert not found.balances


@pytest.mark.parametrize(
    ("breach", "more"),
    [("lost", lambda jobs: (uuid4(),)), ("accepted_twice", lambda jobs: (jobs["good"],))],
)
def test_a_false_answer_is_found(
    cluster: Cluster, jobs: Jobs, breach: str, more: Callable[[Jobs], tuple[UUID, ...]]
) -> None:
    found = drawn(cluster, jobs, more(jobs))
    assert getattr(found, breach) == 1
    assert not found.balances


def test_attempts_are_counted(cluster: Cluster, jobs: Jobs) -> None:
    with cluster.control() as session:
        assert sum(attempts(session).values()) == len(jobs)
