"""A policy file, read to the letter."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from models.errors import SettingsError
from operations.autoscale.policy import Policy, PoolPolicy, policy_of, read_policy
from operations.autoscale.signals import Pool


def test_no_file_is_the_defaults() -> None:
    assert read_policy("") == Policy()


def test_what_a_file_says_is_taken_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("tick_s = 2\n[interactive]\nceiling = 12\nobjective_s = 5\n")
    made = read_policy(str(path))
    assert (made.tick_s, made.stale_s) == (2.0, Policy().stale_s)
    assert made.pools[Pool.INTERACTIVE].ceiling == 12
    assert made.pools[Pool.INTERACTIVE].objective_s == 5.0
    assert made.pools[Pool.BATCH] == Policy().pools[Pool.BATCH]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"tick": 2}, "there is no tick: there are"),
        ({"night": {}}, "there is no night"),
        ({"interactive": {"roof": 2}}, "there is no interactive.roof"),
        ({"interactive": {"ceiling": 2.5}}, "interactive.ceiling must be a number, not 2.5"),
        ({"interactive": {"ceiling": "two"}}, "interactive.ceiling must be a number"),
        ({"interactive": {"late_share": 0.0}}, "interactive.late_share must be"),
        ({"interactive": {"tolerance": 1.001}}, "interactive.tolerance must be"),
        ({"interactive": 3}, "interactive must be a table"),
        ({"batch": {"floor": 3, "ceiling": 2}}, "batch.ceiling must be at least batch.floor"),
        ({"tick_s": True}, "tick_s must be a number"),
        ({"tick_s": 20.0}, "stale_s must be at least twice tick_s"),
        ({"web": {"deployment": 3}}, "web.deployment must be a text"),
    ],
)
def test_what_is_wrong_is_named(told: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        policy_of(told)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"interactive\.floor .*; batch\.floor "):
        policy_of({"interactive": {"floor": -1}, "batch": {"floor": -1}})


@pytest.mark.parametrize(("text", "sentence"), [(None, "cannot be read"), ("tick_s = ", "is no TOML")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "policy.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError, match=sentence):
        read_policy(str(path))


@pytest.mark.parametrize("kind", [Policy, PoolPolicy])
def test_every_number_says_what_too_low_and_too_high_do(kind: type) -> None:
    for declared in fields(kind):
        if declared.metadata and declared.metadata["least"] is not None:
            assert declared.metadata["low"], declared.name
            assert declared.metadata["high"], declared.name
