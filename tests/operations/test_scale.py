"""`reveille scale` and `reveille autoscale` on a running platform."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import psutil

from operations.control import Control
from operations.running import REVEILLE, running_platform

PATIENCE_S = 60.0


def reveille(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(REVEILLE), *words, "--data", str(data)], capture_output=True, text=True, check=False
    )


def until_live(control: Control, line: str, number: int) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while (found := control.lines().get(line)) is None or found.live != number or found.draining_since:
        assert time.monotonic() < give_up, found


def test_workers_come_and_go_by_hand_and_by_policy(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_platform(data, "--batch-workers", "0") as platform:
        control = Control(data)
        told = reveille(data, "scale", "interactive", "2", "--reason", "a test")
        assert (told.returncode, told.stdout) == (
            0, "interactive shall have 2, until `reveille scale interactive auto`\n",
        )  # fmt: skip
        until_live(control, "worker", 2)
        shown = json.loads(reveille(data, "scale", "--json").stdout)["pools"]
        ours = next(row for row in shown if row["pool"] == "interactive")
        assert (ours["wanted"], ours["fixed"], ours["reason"]) == (2, 2, "a test")
        explained = reveille(data, "autoscale", "--once", "--dry-run").stdout
        assert "interactive stays at 2 (fixed): an operator wants 2" in explained
        reveille(data, "scale", "interactive", "1")
        until_live(control, "worker", 1)
        assert (control.lines()["worker"].drained, control.lines()["worker"].lost) == (1, 0)
        assert "the autoscaler’s again" in reveille(data, "scale", "interactive", "auto").stdout
        explained = reveille(data, "autoscale", "--once").stdout
        assert "interactive stays at 1 (" in explained
        assert "batch" not in explained or "(fixed)" not in explained
        assert platform.client.is_ready()
        running = psutil.Process(platform.process.pid).children()
        assert sum(process.cmdline()[-1] == "autoscale" for process in running) == 1


def test_a_platform_with_fixed_numbers_has_no_autoscaler(tmp_path: Path) -> None:
    with running_platform(tmp_path / "data", "--workers", "0", "--batch-workers", "0") as platform:
        running = psutil.Process(platform.process.pid).children()
        assert not any(process.cmdline()[-1] == "autoscale" for process in running)


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    with running_platform(tmp_path / "data", "--workers", "0", "--batch-workers", "0") as platform:
        for words in (["interactive"], ["interactive", "-1"], ["interactive", "many"], ["nightly", "1"]):
            assert reveille(platform.data, "scale", *words).returncode == 2, words
