"""`reveille keys`: API keys from the command line."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from models.settings import Settings
from operations.cli import reveille
from tests.web.conftest import make_app, signing_key, web_settings
from tests.web.people import join

__all__ = ["make_app", "signing_key", "web_settings"]

Run = Callable[..., Result]


@pytest.fixture
def keys(settings: Settings) -> Run:
    return lambda *words: CliRunner().invoke(
        reveille, ["keys", *words], env=settings.environment(), catch_exceptions=False
    )


def test_a_key_is_made_listed_and_revoked(keys: Run, make_app: Callable[..., Flask]) -> None:
    app = make_app()
    join(app, "anna@example.mil")
    made = keys("make", "--account", "Anna@example.mil", "--name", "sync", "--scope", "plans:read")
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    assert app.test_client().get("/v1/plans", headers=headers).status_code == 200

    (listed,) = json.loads(keys("list", "--account", "anna@example.mil", "--json").stdout)["api_keys"]
    assert (listed["name"], listed["scopes"], listed["revoked_at"]) == ("sync", ["plans:read"], None)
    assert listed["id"] in keys("list", "--account", "anna@example.mil").stdout
    assert keys("revoke", listed["id"]).exit_code == 0
    assert app.test_client().get("/v1/plans", headers=headers).status_code == 401


def test_what_is_not_there_is_said(keys: Run) -> None:
    made = keys("make", "--account", "nobody@example.mil", "--name", "x", "--scope", "plans:read")
    assert (made.exit_code, made.stderr) == (1, "Error: there is no account nobody@example.mil\n")
    nobodys = "01890a5d-ac00-7000-8000-000000000000"
    assert keys("revoke", nobodys).stderr == f"Error: there is no API key {nobodys}\n"
    assert keys("make", "--account", "a@b.mil", "--name", "x", "--scope", "plans:sing").exit_code == 2
