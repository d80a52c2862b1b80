"""Pages of other origins: those of the list may read answers, and no others."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.errors import SettingsError
from web.cors import origins_of

OURS, THEIRS = "https://app.example.mil", "https://evil.example.com"
ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app(cors_origins=f"{OURS}, http://localhost:5173").test_client()


def test_a_page_of_the_list_reads_answers(client: FlaskClient) -> None:
    answer = client.get("/v1/profile", headers={"Origin": OURS})
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_its_preflight_is_answered(client: FlaskClient) -> None:
    answer = client.options("/v1/plans", headers={"Origin": OURS, **ASK})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "origin", [THEIRS, "null", OURS + ".evil.com", OURS.upper(), "http://app.example.mil"]
)
def test_a_page_of_another_origin_does_not(client: FlaskClient, origin: str) -> None:
    answer = client.get("/v1/profile", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.options("/v1/plans", headers={"Origin": origin, **ASK}).status_code == 405


def test_without_a_list_there_is_none(house: Flask) -> None:
    answer = house.test_client().get("/livez", headers={"Origin": OURS})
    assert not [name for name in answer.headers.to_wsgi_list() if name[0].startswith("Access-Control")]
    assert house.test_client().options("/v1/plans", headers={"Origin": OURS, **ASK}).status_code == 405


@pytest.mark.parametrize(
    "origins", ["*", "app.example.mil", "https://app.example.mil/", "https://*.example.mil"]
)
def test_what_is_no_origin_is_said_at_the_start(origins: str) -> None:
    with pytest.raises(SettingsError, match="REVEILLE_CORS_ORIGINS"):
        origins_of(origins)
