"""The autoscaler on real processes whose database or Redis is cut off: it goes by what it knows."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from operations.control import Control
from operations.faults.platform import exposed_platform

PATIENCE_S = 60.0
POLICY = """
tick_s = 1
stale_s = 4
[interactive]
ceiling = 4
down_s = 3
cooldown_s = 1
horizon_s = 0
"""


def until_wanted(control: Control, number: int) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while control.lines()["worker"].wanted != number:
        assert time.monotonic() < give_up, control.lines()


@pytest.mark.long
def test_no_worker_goes_while_the_database_is_away_and_one_goes_when_it_is_back(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    how = {"autoscale_policy": str(policy), "database_timeout_s": "2"}
    with exposed_platform(tmp_path, "--batch-workers", "0", **how) as running:
        control = Control(running.platform.data)
        running.database_link.cut()
        control.want("worker", 2)  # one more than any load needs
        until_wanted(control, 2)
        threading.Event().wait(12.0)  # four times as long as none is needed
        assert control.lines()["worker"].wanted == 2
        running.database_link.heal()
        until_wanted(control, 1)


@pytest.mark.long
def test_without_redis_the_autoscaler_goes_on(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    with exposed_platform(tmp_path, "--batch-workers", "0", autoscale_policy=str(policy)) as running:
        control = Control(running.platform.data)
        running.redis_link.cut()
        control.want("worker", 2)
        until_wanted(control, 2)
        until_wanted(control, 1)  # the rows say that nothing waits
        running.redis_link.heal()
