"""`reveille keys list-data`, `rotate-data`, `rewrap`, and what starts without a root key that is needed."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from models.errors import SettingsError
from models.settings import Settings
from operations.cli import reveille
from tests.web.conftest import make_app, signing_key, web_settings
from tests.web.people import BODY, Person, join, login

__all__ = ["make_app", "signing_key", "web_settings"]

NEW = base64.b64encode(b"n" * 32).decode()

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    def run_with(*words: str, root_keys: str = settings.root_keys) -> Result:
        environ = replace(settings, root_keys=root_keys).environment()
        return CliRunner().invoke(reveille, words, env=environ)

    return run_with


@pytest.fixture
def anna(make_app: Callable[..., Flask]) -> Person:
    person = join(make_app(), "anna@example.mil")
    person.put("/v1/profile", BODY)
    return person


def listed(run: Run, **more: str) -> list[tuple[str, int, int]]:
    keys = json.loads(run("keys", "list-data", "--json", **more).stdout)["data_keys"]
    return sorted((key["tenant"], key["version"], key["rows"]) for key in keys)


def test_a_tenant_is_given_a_new_key_and_its_rows_read_as_before(run: Run, anna: Person) -> None:
    assert listed(run) == [("(blind indexes)", 1, 0), ("default", 1, 2)]
    done = run("keys", "rotate-data", "default", "--no-wait")
    assert done.stdout == "default: a new data key seals, version 2; 2 rows sealed anew\n"
    assert listed(run) == [("(blind indexes)", 1, 0), ("default", 1, 0), ("default", 2, 2)]
    assert anna.get("/v1/profile").json["weight_kg"] == BODY["weight_kg"]
    assert login(anna.app, anna.email).status_code == 200
    assert "version 3" in run("keys", "rotate-data", "--all", "--no-wait").stdout


def test_a_root_key_is_replaced(
    run: Run, anna: Person, make_app: Callable[..., Flask], settings: Settings
) -> None:
    both = f"{NEW}\n{settings.root_keys}"
    assert "2 data keys wrapped anew" in run("keys", "rewrap", root_keys=both).stdout
    there = Person(make_app(root_keys=NEW), anna.email, anna.tokens)
    assert there.get("/v1/profile").json["weight_kg"] == BODY["weight_kg"]
    assert login(there.app, anna.email).status_code == 200


def test_nothing_starts_without_a_root_key_that_is_needed(
    run: Run, anna: Person, make_app: Callable[..., Flask]
) -> None:
    with pytest.raises(SettingsError, match="lacks root key"):
        make_app(root_keys=NEW)
    for words in (("migrate",), ("keys", "list-data"), ("accounts", "list")):
        done = run(*words, root_keys=NEW)
        assert isinstance(done.exception, SettingsError)
        assert "lacks root key" in str(done.exception)


def test_what_is_not_there_is_said(run: Run) -> None:
    assert run("keys", "rotate-data", "nowhere").stderr == "Error: there is no tenant nowhere\n"
    for words in ((), ("default", "--all")):
        assert run("keys", "rotate-data", *words).exit_code == 2
