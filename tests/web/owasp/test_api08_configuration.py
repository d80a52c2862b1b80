"""API8:2023 Security misconfiguration: headers on every answer, no verb too many, no word of the inside."""

import pytest
from flask import Flask

from web.app import ROUTES

HEADERS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip
PATHS = sorted({route.path for route in ROUTES if "<" not in route.path})
INSIDE = ("Traceback", "sqlalchemy", "psycopg", "werkzeug", "/site-packages/", "granian", "flask")


class TestSecurityMisconfiguration:
    @pytest.mark.parametrize("path", [*PATHS, "/nowhere"])
    def test_every_answer_has_its_headers_and_says_nothing_of_the_inside(
        self, house: Flask, path: str
    ) -> None:
        for verb in ("GET", "POST", "TRACE"):
            answer = house.test_client().open(path, method=verb, data="{", content_type="application/json")
            assert answer.status_code < 500
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Request-Id"]
            assert "Server" not in answer.headers
            assert "Set-Cookie" not in answer.headers
            if answer.status_code >= 400:
                assert not [word for word in INSIDE if word in answer.text]

    def test_verbs_that_nobody_declared_are_refused(self, house: Flask) -> None:
        for path in PATHS:
            for verb in ("TRACE", "CONNECT", "OPTIONS", "PROPFIND"):
                assert house.test_client().open(path, method=verb).status_code == 405

    def test_debugging_is_off(self, house: Flask) -> None:
        assert not house.debug
        assert not house.testing
        assert not house.config["PROPAGATE_EXCEPTIONS"]

    def test_answers_about_members_stay_in_no_shared_cache(self, house: Flask) -> None:
        for path in ("/v1/profile", "/v1/plans"):
            told = house.test_client().get(path).headers["Cache-Control"]
            assert "no-store" in told or "private" in told
