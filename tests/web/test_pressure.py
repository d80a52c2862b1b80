"""A Redis that is full refuses new requests with 503; one that is away or slow refuses nobody."""

from collections.abc import Callable, Iterator

import pytest
import redis
from flask import Flask
from sqlalchemy import func, select

from models.cluster import Cluster
from models.errors import Unavailable
from models.jobs.job import Job
from models.redis import connect
from models.settings import Settings
from tests.web.people import NUTRITION, Person, join
from web.pressure import FRESH_S, Pressure


@pytest.fixture
def full(settings: Settings) -> Iterator[redis.Redis]:
    with connect(settings) as client:
        client.set("kept", "as it was")
        client.config_set("maxmemory", 1)
        try:
            yield client
        finally:
            client.config_set("maxmemory", 0)


def jobs(cluster: Cluster) -> int:
    with cluster.control() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def test_a_new_request_is_503_and_nothing_is_evicted(
    anna: Person, cluster: Cluster, full: redis.Redis
) -> None:
    answer = anna.post("/v1/plans", NUTRITION)
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert jobs(cluster) == 0
    assert full.get("kept") == b"as it was"


def test_a_full_redis_makes_the_platform_not_ready(app: Flask, full: redis.Redis) -> None:
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["detail"]) == (503, "Redis is full")


def test_a_repeat_of_an_accepted_request_is_answered(anna: Person, cluster: Cluster) -> None:
    first = anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    pressure: Pressure = anna.app.extensions["reveille"].pressure
    pressure._full, pressure._looked_at = True, float("inf")
    again = anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json["id"] == first.json["id"]


def test_requests_come_in_again_a_second_after_there_is_room(settings: Settings) -> None:
    now = [0.0]
    with connect(settings) as client:
        pressure = Pressure(client, clock=lambda: now[0])
        client.config_set("maxmemory", 1)
        try:
            with pytest.raises(Unavailable):
                pressure.let_in()
        finally:
            client.config_set("maxmemory", 0)
        now[0] = FRESH_S - 0.01
        with pytest.raises(Unavailable):
            pressure.let_in()
        now[0] = FRESH_S
        pressure.let_in()


def test_a_redis_that_is_away_refuses_nobody(make_app: Callable[..., Flask], cluster: Cluster) -> None:
    ben = join(make_app(redis_url="unix:///nowhere/redis.sock"), "ben@example.mil")
    assert ben.post("/v1/plans", NUTRITION).status_code == 202
    assert jobs(cluster) == 1
