"""Probes and counters."""

from collections.abc import Callable

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from models.cluster import Cluster
from tests.web.people import NUTRITION, Person

AWAY = {
    "postgresql": {"database_url": "postgresql://nobody@/none?host=/nowhere"},
    "redis": {"redis_url": "unix:///nowhere/redis.sock"},
}


def sample(app: Flask, name: str, **labels: str) -> float | None:
    """The value of one line of /metrics."""
    told = app.test_client().get("/metrics").get_data(as_text=True)
    for family in text_string_to_metric_families(told):
        for one in family.samples:
            if one.name == name and labels.items() <= one.labels.items():
                return one.value
    return None


def test_a_ready_platform_says_so(app: Flask) -> None:
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ok", "checks": {"postgresql": "ok", "redis": "ok"}},
    )


@pytest.mark.parametrize(("missing", "named"), [("postgresql", "PostgreSQL"), ("redis", "Redis")])
def test_a_missing_server_is_named(make_app: Callable[..., Flask], missing: str, named: str) -> None:
    answer = make_app(**AWAY[missing]).test_client().get("/readyz")
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
    assert answer.json["detail"].startswith(f"{named} does not answer")


@pytest.mark.parametrize("missing", ["postgresql", "redis"])
def test_why_a_server_is_missing_is_told_to_the_log_alone(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture, missing: str
) -> None:
    answer = make_app(**AWAY[missing]).test_client().get("/readyz")
    assert "nowhere" not in answer.text
    assert [
        "nowhere" in record.getMessage() for record in caplog.records if record.name == "web.problems"
    ] == [True]


def test_both_missing_servers_are_named(make_app: Callable[..., Flask]) -> None:
    detail = make_app(**AWAY["postgresql"], **AWAY["redis"]).test_client().get("/readyz").json["detail"]
    assert "PostgreSQL" in detail
    assert "Redis" in detail


@pytest.mark.parametrize(
    "change", ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE alembic_version"]
)
def test_another_schema_is_not_ready(app: Flask, cluster: Cluster, change: str) -> None:
    with cluster.control() as session:
        session.execute(text(change))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "run the release step" in answer.json["detail"]


def test_a_process_lives_though_its_servers_are_away(make_app: Callable[..., Flask]) -> None:
    answer = make_app(**AWAY["postgresql"], **AWAY["redis"]).test_client().get("/livez")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_requests_are_counted_by_declared_path(app: Flask, anna: Person) -> None:
    for wanted in ("7b0f5c5e-0000-7000-8000-000000000000", "7b0f5c5e-0000-7000-8000-000000000001"):
        anna.get(f"/v1/jobs/{wanted}")
    labels = {"method": "GET", "route": "/v1/jobs/<uuid:job_id>"}
    assert sample(app, "reveille_http_requests_total", **labels, status="404") == 2
    assert sample(app, "reveille_http_request_duration_seconds_count", **labels) == 2


def test_labels_stay_bounded_whatever_is_asked(app: Flask) -> None:
    for i in range(20):
        app.test_client().open(f"/no/{i}", method=f"M{i}")
    assert sample(app, "reveille_http_requests_total", method="(other)", route="(none)", status="404") == 20


def test_the_backlog_is_told_from_the_rows(app: Flask, anna: Person) -> None:
    assert sample(app, "reveille_queue_jobs", queue="interactive", state="queued") == 0
    for seed in range(3):
        anna.post("/v1/plans", {**NUTRITION, "seed": seed})
    assert sample(app, "reveille_queue_jobs", queue="interactive", state="queued") == 3
    assert sample(app, "reveille_queue_jobs", queue="interactive", state="running") == 0
    assert sample(app, "reveille_queue_jobs", queue="batch", state="queued") == 0
    assert sample(app, "reveille_queue_oldest_age_seconds", queue="interactive") >= 0


def test_metrics_answer_without_the_database_and_say_so(make_app: Callable[..., Flask], app: Flask) -> None:
    away = make_app(**AWAY["postgresql"])
    assert sample(away, "reveille_database_up") == 0
    assert sample(away, "reveille_queue_jobs", queue="interactive", state="queued") is None
    assert sample(app, "reveille_database_up") == 1
