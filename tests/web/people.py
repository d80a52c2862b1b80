"""A person with an account, who sends requests as a client would."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

PASSWORD = "correct horse battery"

BODY = {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66}

NUTRITION = {"kind": "nutrition", "seed": 7, "days": 7, "start_date": "2026-12-01", "member": BODY}

WORKOUT = {"kind": "workout", "seed": 7, "weeks": 8, "start_date": "2026-12-01", "member": BODY}


def days_from_now(days: int) -> str:
    """A day as requests write it."""
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Person:
    app: Flask
    email: str
    tokens: dict[str, Any]

    @property
    def member_id(self) -> UUID:
        return UUID(self.tokens["account"]["member_id"])

    @property
    def account_id(self) -> UUID:
        return UUID(self.tokens["account"]["id"])

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        bearer = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return self.app.test_client().open(path, method=method, headers={**bearer, **(headers or {})}, **more)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, _named(headers))

    def put(self, path: str, data: object, **headers: str) -> TestResponse:
        return self.send("PUT", path, _named(headers), json=data)

    def post(self, path: str, data: object, **headers: str) -> TestResponse:
        return self.send("POST", path, _named(headers), json=data)

    def delete(self, path: str) -> TestResponse:
        return self.send("DELETE", path)


def register(app: Flask, email: str, **more: str) -> TestResponse:
    data = {"email": email, "password": PASSWORD, "name": "A name", **more}
    return app.test_client().post("/v1/auth/register", json=data)


def login(app: Flask, email: str, password: str = PASSWORD) -> TestResponse:
    return app.test_client().post("/v1/auth/login", json={"email": email, "password": password})


def join(app: Flask, email: str, **more: str) -> Person:
    assert register(app, email, **more).status_code == 201
    return Person(app, email, login(app, email).get_json())


def pointers(answer: TestResponse) -> list[str]:
    """The pointers of a problem's field errors, after a look at its form."""
    assert answer.status_code == 422, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["type"] == "/problems/invalid-request"
    return [fault["pointer"] for fault in answer.json["errors"]]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
