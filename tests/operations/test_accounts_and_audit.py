"""`reveille accounts` and `reveille audit`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from models.cluster import Cluster
from models.settings import Settings
from operations.cli import reveille
from tests.models.test_audit import break_open
from tests.web.conftest import make_app, signing_key, web_settings
from tests.web.people import Person, join, login

__all__ = ["make_app", "signing_key", "web_settings"]

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    return lambda *words: CliRunner().invoke(
        reveille, [str(word) for word in words], env=settings.environment(), catch_exceptions=False
    )


@pytest.fixture
def anna(make_app: Callable[..., Flask]) -> Person:
    return join(make_app(), "anna@example.mil")


def test_the_first_administrator_is_made_here(run: Run, anna: Person) -> None:
    done = run("accounts", "set", "Anna@example.mil", "--role", "administrator", "--unit", "Alpha")
    assert (done.exit_code, done.stdout) == (0, "Anna@example.mil has role administrator, unit Alpha\n")
    fresh = Person(anna.app, anna.email, login(anna.app, anna.email).json)
    (account,) = fresh.get("/v1/administration/accounts").json["accounts"]
    assert (account["role"], account["unit"]) == ("administrator", "Alpha")
    (listed,) = json.loads(run("accounts", "list", "--role", "administrator", "--json").stdout)["accounts"]
    assert (listed["email"], listed["tenant"]) == ("anna@example.mil", "default")
    assert run("accounts", "list", "--tenant", "nowhere").stdout.count("\n") == 1
    entries = fresh.get("/v1/administration/audit").json["entries"]
    assert {"role": "administrator", "unit": "Alpha"} in [entry["detail"] for entry in entries]


def test_a_new_password_ends_what_the_old_one_had_opened(run: Run, anna: Person) -> None:
    key = anna.post("/v1/api-keys", {"name": "x", "scopes": ["plans:read"]}).json["key"]
    done = run("accounts", "password", anna.email, "--password", "a new and better one")
    assert (done.exit_code, done.stdout) == (0, "anna@example.mil has a new password\n")
    assert login(anna.app, anna.email).status_code == 401
    assert login(anna.app, anna.email, "a new and better one").status_code == 200
    client = anna.app.test_client()
    told = {"refresh_token": anna.tokens["refresh_token"]}
    assert client.post("/v1/auth/refresh", json=told).status_code == 401
    assert client.get("/v1/plans", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert "common" in run("accounts", "password", anna.email, "--password", "password1").stderr


def test_a_shut_account_that_is_opened_again_logs_in_anew(run: Run, anna: Person) -> None:
    for state in ("disabled", "active"):
        assert run("accounts", "set", anna.email, "--state", state).exit_code == 0
    told = {"refresh_token": anna.tokens["refresh_token"]}
    assert anna.app.test_client().post("/v1/auth/refresh", json=told).status_code == 401
    assert login(anna.app, anna.email).status_code == 200


def test_what_is_wrong_is_said(run: Run, anna: Person) -> None:
    assert run("accounts", "set", anna.email).exit_code == 2
    assert run("accounts", "set", anna.email, "--role", "emperor").exit_code == 2
    assert "no account nobody@" in run("accounts", "set", "nobody@example.mil", "--role", "member").stderr


def test_a_log_as_it_was_written_is_verified(run: Run, anna: Person) -> None:
    login(anna.app, anna.email)
    done = run("audit", "verify", "--json")
    (chain,) = json.loads(done.stdout)["chains"]
    assert (done.exit_code, chain["entries"], chain["fault"]) == (0, 2, None)


def test_a_changed_entry_is_found(run: Run, anna: Person, cluster: Cluster) -> None:
    break_open(cluster, "UPDATE audit SET actor = 'nobody'")
    done = run("audit", "verify")
    assert done.exit_code == 1
    assert "entry 1 is not as it was written" in done.stdout


def test_an_end_that_was_cut_off_is_found_by_what_was_noted(
    run: Run, anna: Person, cluster: Cluster, tmp_path: Path
) -> None:
    login(anna.app, anna.email)
    noted = tmp_path / "heads.json"
    noted.write_text(run("audit", "verify", "--json").stdout)
    login(anna.app, anna.email)
    assert run("audit", "verify", "--since", noted).exit_code == 0
    break_open(cluster, "DELETE FROM audit WHERE number > 1")
    assert run("audit", "verify").exit_code == 0
    done = run("audit", "verify", "--since", noted)
    assert (done.exit_code, "entry 2 is not the one that was noted" in done.stdout) == (1, True)
    noted.write_text("[]")
    assert "is not what" in run("audit", "verify", "--since", noted).stderr
