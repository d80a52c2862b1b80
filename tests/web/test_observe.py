"""What surrounds every answer: an id, security headers, a count, a log line; and that nothing leaks."""

import json
import logging
from collections.abc import Callable

import pytest
from flask import Flask

from models.cluster import Cluster
from models.telemetry import JsonLines
from tests.web.people import NUTRITION, PASSWORD, Person, login, register


def boom() -> None:
    raise RuntimeError("the secret is 42")


@pytest.fixture
def faulty(app: Flask) -> Flask:
    app.add_url_rule("/boom", view_func=boom)
    return app


@pytest.mark.parametrize("path", ["/livez", "/v1/profile", "/nowhere", "/docs", "/v1/openapi.json"])
def test_every_answer_has_the_security_headers(house: Flask, path: str) -> None:
    headers = house.test_client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Request-Id"]


def test_what_is_not_said_to_be_cacheable_is_not_stored(house: Flask) -> None:
    assert house.test_client().get("/livez").headers["Cache-Control"] == "no-store"
    assert login(house, "nobody@example.mil").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("given", ["abcdefgh", "a" * 64, "trace-1.2_3"])
def test_a_clients_request_id_is_kept(house: Flask, given: str) -> None:
    assert house.test_client().get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "abcdefg", "a" * 65, "a b c d e f", "<script>alert"])
def test_a_request_id_of_another_form_is_replaced(house: Flask, given: str) -> None:
    made = house.test_client().get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert made != given
    assert len(made) == 32


def test_a_problem_names_its_request(house: Flask) -> None:
    answer = house.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/v1//plans", "/v1/plans//", "/docs//", "//evil.example/docs"])
def test_no_address_leads_anywhere_else(house: Flask, path: str) -> None:
    answer = house.test_client().get(
        "/", headers={"Host": "evil.example"}, environ_overrides={"PATH_INFO": path}
    )
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert "Location" not in answer.headers
    assert "evil" not in answer.text


def test_a_rule_of_werkzeug_that_would_redirect_is_a_problem_too(app: Flask) -> None:
    app.add_url_rule("/folder/", view_func=boom)
    answer = app.test_client().get("/folder", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert "evil" not in answer.text


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/plan", "/v1/plans/", "/v1/jobs/7", "/../etc/passwd"])
def test_an_unknown_path_is_a_problem(house: Flask, path: str) -> None:
    answer = house.test_client().get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/plans", {"GET", "HEAD", "POST"}),
        ("PATCH", "/v1/profile", {"GET", "HEAD", "PUT"}),
        ("GET", "/v1/auth/login", {"POST"}),
        ("OPTIONS", "/v1/plans", {"GET", "HEAD", "POST"}),
        ("TRACE", "/livez", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_405_and_told_which_are_taken(
    house: Flask, method: str, path: str, allowed: set[str]
) -> None:
    answer = house.test_client().open(path, method=method)
    assert (answer.status_code, answer.json["type"]) == (405, "/problems/method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_a_fault_of_ours_tells_nothing_and_is_logged(faulty: Flask, caplog: pytest.LogCaptureFixture) -> None:
    answer = faulty.test_client().get("/boom")
    assert (answer.status_code, answer.json["type"]) == (500, "/problems/fault")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = [r for r in caplog.records if getattr(r, "action", "") == "http.fault"]
    assert record.request_id == answer.headers["X-Request-Id"]
    assert record.exc_info is not None


def test_a_head_request_is_a_get_without_its_body(anna: Person) -> None:
    answer = anna.send("HEAD", "/v1/profile")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == anna.get("/v1/profile").headers["ETag"]


def test_a_request_is_one_json_line_with_its_action(house: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    house.test_client().get("/v1/jobs/7b0f5c5e-0000-7000-8000-000000000000?x=1")
    (record,) = [r for r in caplog.records if getattr(r, "action", "") == "http.request"]
    line = json.loads(JsonLines("web").format(record))
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/jobs/<uuid:job_id>", 401)
    assert line["ms"] >= 0


def test_no_log_line_holds_a_password_or_a_token(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    register(app, "anna@example.mil")
    tokens = login(app, "anna@example.mil").json
    Person(app, "anna@example.mil", tokens).post("/v1/plans", {**NUTRITION, "days": 99})
    said = "\n".join(JsonLines("web").format(record) for record in caplog.records)
    for secret in (PASSWORD, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in said


@pytest.mark.parametrize(
    "path", ["/v1/profile", "/v1/plans", "/v1/jobs/7b0f5c5e-0000-7000-8000-000000000000"]
)
def test_a_database_that_is_away_is_503_with_retry_after(
    make_app: Callable[..., Flask], anna: Person, path: str
) -> None:
    cut_off = make_app(database_url="postgresql://nobody@/none?host=/nowhere")
    answer = Person(cut_off, anna.email, anna.tokens).get(path)
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert answer.json["detail"] == "the database does not answer at the moment; try again"
    assert "nobody" not in answer.text


def test_a_cut_connection_is_opened_again(anna: Person, cluster: Cluster) -> None:
    from sqlalchemy import text

    assert anna.get("/v1/profile").status_code == 200
    with cluster.control() as session:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    assert anna.get("/v1/profile").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "headers", "scheme", "told"),
    [
        (0, {}, "https", True),
        (0, {}, "http", False),
        (0, {"X-Forwarded-Proto": "https"}, "http", False),
        (1, {"X-Forwarded-Proto": "https"}, "http", True),
        (1, {}, "https", False),
    ],
)
def test_browsers_are_held_to_tls_where_there_is_some(
    make_app: Callable[..., Flask], proxies: int, headers: dict[str, str], scheme: str, told: bool
) -> None:
    app = make_app(trusted_proxies=proxies)
    answer = app.test_client().get("/livez", headers=headers, base_url=f"{scheme}://localhost")
    assert ("Strict-Transport-Security" in answer.headers) == told
