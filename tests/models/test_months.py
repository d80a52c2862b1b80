"""A month of past plans that nobody has made yet: saving goes on, and the plans come to their month later."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text

from models.cluster import Cluster
from models.jobs.claim import claim
from models.jobs.finish import Made, succeed
from models.members.member import Member
from models.plans.months import left_over, make_ahead, month_of
from models.plans.plan import Plan, PlanState
from scheduler.months import run_once
from tests.models.archives import new_member
from tests.models.endings import BODY
from tests.models.rows import add_job


def save_plan(cluster: Cluster, member_id: UUID, seed: int) -> None:
    with cluster.control() as session:
        job_id = add_job(session, session.get_one(Member, member_id), seed=seed).id
    with cluster.control() as session:
        (held,) = claim(session, [job_id], worker="w", lease_s=60).values()
        succeed(session, [Made(held=held, body=BODY)])


def states(cluster: Cluster, member_id: UUID) -> list[PlanState]:
    with cluster.control() as session:
        return list(session.scalars(select(Plan.state).where(Plan.member_id == member_id).order_by(Plan.id)))


def rows_in(cluster: Cluster, table: str) -> int:
    with cluster.control() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


@pytest.fixture
def member_id(cluster: Cluster) -> UUID:
    return new_member(cluster)


@pytest.fixture
def month(cluster: Cluster) -> str:
    """The table of the present month, which is gone."""
    table = month_of(datetime.now(UTC)).table
    with cluster.engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {table}"))
    return table


def test_plans_are_saved_and_superseded_without_their_month(
    cluster: Cluster, member_id: UUID, month: str
) -> None:
    for seed in range(3):
        save_plan(cluster, member_id, seed)
    assert states(cluster, member_id) == [PlanState.SUPERSEDED, PlanState.SUPERSEDED, PlanState.CURRENT]
    assert rows_in(cluster, "plan_months.rest") == 2


def test_they_move_to_their_month_when_it_is_made(
    cluster: Cluster, settings, member_id: UUID, month: str
) -> None:
    for seed in range(3):
        save_plan(cluster, member_id, seed)
    before = states(cluster, member_id)
    assert run_once(cluster, settings, datetime.now(UTC)) == {"made": 1}
    assert states(cluster, member_id) == before
    assert (rows_in(cluster, "plan_months.rest"), rows_in(cluster, month)) == (0, 2)
    save_plan(cluster, member_id, 3)
    assert (rows_in(cluster, "plan_months.rest"), rows_in(cluster, month)) == (0, 3)


def test_a_month_is_made_as_the_migration_makes_one(cluster: Cluster) -> None:
    now = datetime.now(UTC)
    with cluster.engine.begin() as connection:
        made = make_ahead(connection, datetime(now.year + 1, now.month, 1, tzinfo=UTC))
        assert made
        assert left_over(connection) == []
        kinds = connection.execute(
            text(
                "SELECT replace(pg_get_indexdef(indexrelid), relname, ''), relname FROM pg_index "
                "JOIN pg_class ON pg_class.oid = indrelid "
                "WHERE relnamespace = 'plan_months'::regnamespace AND relname LIKE 'y%'"
            )
        ).all()
    of_table: dict[str, set[str]] = {}
    for definition, table in kinds:
        of_table.setdefault(table, set()).add(definition)
    assert len({frozenset(found) for found in of_table.values()}) == 1
