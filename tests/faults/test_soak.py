"""The soak command, for a short time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REVEILLE = Path(sys.executable).with_name("reveille")


@pytest.mark.long
def test_a_short_soak_balances() -> None:
    options = ["--minutes", "0.3", "--gap", "2", "--seed", "3", "--json"]
    done = subprocess.run(
        [REVEILLE, "loadtest", "faults", *options], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "seed 3\n")
    told = json.loads(done.stdout)
    assert told["balances"]
    assert sum(told["faults"].values()) > 0
    drawn = told["ledger"]
    assert drawn["accepted"] == drawn["succeeded"] + drawn["failed"] + drawn["cancelled"] > 0
    assert drawn["failed"] > 0
    assert drawn["cancelled"] > 0
