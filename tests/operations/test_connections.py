"""Processes that may open more connections than the server has are refused at the start, in one sentence."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from models.settings import Settings
from operations.connections import check_connections, demands, room_of
from operations.errors import TooManyConnections
from operations.procfile import commands
from operations.stack.postgres import SETTINGS

REVEILLE = Path(sys.executable).with_name("reveille")
ROOM = int(SETTINGS["max_connections"]) - 3  # of which three are the superuser's


def test_every_process_of_the_procfile_is_counted():
    assert {demand.part for demand in demands(Settings(), {})} == commands().keys() - {"release"}


def test_the_room_is_what_ordinary_roles_may_open(settings: Settings) -> None:
    assert room_of(settings.database_url) == ROOM


def test_as_many_as_there_is_room_for_are_let_through_and_one_more_is_not(settings: Settings) -> None:
    own = replace(settings, database_pool=1)
    few = sum(demand.connections for demand in demands(own, {"worker": 0}))
    check_connections(own, {"worker": ROOM - few})
    with pytest.raises(TooManyConnections) as told:
        check_connections(own, {"worker": ROOM - few + 1})
    assert f"may open {ROOM + 1} connections" in str(told.value)
    assert f"has room for {ROOM}: lower REVEILLE_DATABASE_POOL" in str(told.value)


def test_behind_a_pooler_the_web_needs_none(settings: Settings) -> None:
    pooled = replace(settings, web_database_url=settings.database_url, web_database_pooled=True)
    assert demands(pooled, {"web": 64})[0].connections == 0


def test_a_platform_that_would_not_fit_does_not_start(tmp_path: Path) -> None:
    environ = {**os.environ, "REVEILLE_DATABASE_POOL": "100"}
    told = subprocess.run(
        [REVEILLE, "up", "--port", "0", "--data", str(tmp_path / "data"), "--workers", "3"],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    assert "has room for" in told.stderr
    assert told.stderr.count("\n") == 1


def test_the_command_shows_the_sum(settings: Settings) -> None:
    told = subprocess.run(
        [REVEILLE, "connections", "--workers", "2"],
        env={**os.environ, **settings.environment()}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [line.split() for line in told.stdout.splitlines()][:3] == [
        ["part", "processes", "each", "connections"],
        ["web", "1", "16", "16"],
        ["worker", "2", "16", "32"],
    ]
