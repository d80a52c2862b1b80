"""The quota of waiting requests: 429 with Retry-After, and what counts against it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from models.cluster import Cluster
from models.jobs.job import Job
from models.jobs.queues import QueueName
from models.members.tenant import Tenant
from tests.models.rows import add_job, add_member, default_tenant
from tests.web.operators import add_tenant
from tests.web.people import NUTRITION, Person, join
from tests.web.work import start
from web.errors import QuotaReached
from web.quota import FRESH_S, Quotas


def ask(person: Person, seed: int, **headers: str) -> int:
    return person.post("/v1/plans", {**NUTRITION, "seed": seed}, **headers).status_code


@pytest.fixture
def narrow(make_app: Callable[..., Flask]) -> Flask:
    """An application where two requests of a tenant may wait."""
    return make_app(most_waiting=2)


def test_one_request_more_than_may_wait_is_429_and_makes_no_job(narrow: Flask, cluster: Cluster) -> None:
    anna = join(narrow, "anna@example.mil")
    assert [ask(anna, 1), ask(anna, 2), ask(anna, 3)] == [202, 202, 429]
    answer = anna.post("/v1/plans", {**NUTRITION, "seed": 4})
    assert answer.json["type"] == "/problems/quota-reached"
    assert int(answer.headers["Retry-After"]) > 0
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 2


def test_the_quota_is_the_tenants_and_not_the_members(narrow: Flask) -> None:
    anna, ben = join(narrow, "anna@example.mil"), join(narrow, "ben@example.mil")
    assert [ask(anna, 1), ask(ben, 1), ask(anna, 2), ask(ben, 2)] == [202, 202, 429, 429]


def test_another_tenant_has_its_own(narrow: Flask, cluster: Cluster) -> None:
    add_tenant(cluster, "elsewhere")
    add_tenant(cluster, "large", most_waiting=3)
    add_tenant(cluster, "closed", most_waiting=0)
    asked = {
        tenant: [ask(join(narrow, f"{tenant}{n}@example.mil", tenant=tenant), n) for n in range(4)]
        for tenant in ("default", "elsewhere", "large", "closed")
    }
    assert {tenant: statuses.count(202) for tenant, statuses in asked.items()} == {
        "default": 2, "elsewhere": 2, "large": 3, "closed": 0,
    }  # fmt: skip


def test_a_repeat_with_its_key_is_answered_though_the_quota_is_reached(narrow: Flask) -> None:
    anna = join(narrow, "anna@example.mil")
    assert [ask(anna, 1, Idempotency_Key="a"), ask(anna, 2), ask(anna, 3)] == [202, 202, 429]
    assert ask(anna, 1, Idempotency_Key="a") == 202


def test_a_faulty_request_takes_no_place(narrow: Flask) -> None:
    anna = join(narrow, "anna@example.mil")
    assert anna.post("/v1/plans", {**NUTRITION, "days": 99}).status_code == 422
    assert [ask(anna, 1), ask(anna, 2), ask(anna, 3)] == [202, 202, 429]


def test_what_a_worker_has_taken_and_the_nights_jobs_take_no_place(narrow: Flask, cluster: Cluster) -> None:
    anna = join(narrow, "anna@example.mil")
    with cluster.control() as session:
        member = add_member(session)
        for seed in range(3):
            add_job(session, member, queue=QueueName.BATCH, seed=seed)
    start(cluster, anna.post("/v1/plans", {**NUTRITION, "seed": 1}).json["id"])
    assert [ask(anna, 2), ask(anna, 3), ask(anna, 4)] == [202, 202, 429]


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def places(cluster: Cluster, quotas: Quotas, most: int) -> int:
    """How many requests get in at this moment, at most ten; none of them makes a job."""
    with cluster.control() as session:
        tenant_id, taken = default_tenant(session), 0
        try:
            for _ in range(10):
                quotas.take_place(session, tenant_id, most)
                taken += 1
        except QuotaReached:
            pass
        return taken


def fill(cluster: Cluster, count: int) -> None:
    with cluster.control() as session:
        for _ in range(count):
            add_job(session)


def test_a_full_tenant_is_counted_again_when_the_count_is_a_second_old(cluster: Cluster) -> None:
    clock = Clock()
    quotas = Quotas(clock)
    fill(cluster, 3)
    assert places(cluster, quotas, 3) == 0
    with cluster.control() as session:
        start(cluster, session.scalars(select(Job.id)).first())
    clock.now = FRESH_S - 0.01
    assert places(cluster, quotas, 3) == 0
    clock.now = FRESH_S
    assert places(cluster, quotas, 3) == 10  # nobody makes the jobs, so each count finds room


def test_a_tenant_with_room_is_counted_again_when_the_room_is_used_up(cluster: Cluster) -> None:
    quotas = Quotas(Clock())
    fill(cluster, 1)
    with cluster.control() as session:
        tenant_id = default_tenant(session)
        for _ in range(2):
            quotas.take_place(session, tenant_id, 3)
        for _ in range(2):
            add_job(session)
        with pytest.raises(QuotaReached):
            quotas.take_place(session, tenant_id, 3)


def test_a_changed_quota_holds_from_the_next_count_on(cluster: Cluster) -> None:
    clock = Clock()
    quotas = Quotas(clock)
    fill(cluster, 3)
    assert places(cluster, quotas, 3) == 0
    clock.now = FRESH_S
    assert places(cluster, quotas, 4) > 0


def test_a_new_quota_of_the_tenant_is_read_with_each_request(narrow: Flask, cluster: Cluster) -> None:
    anna = join(narrow, "anna@example.mil")
    with cluster.control() as session:
        session.execute(update(Tenant).values(most_waiting=1))
    assert [ask(anna, 1), ask(anna, 2)] == [202, 429]
