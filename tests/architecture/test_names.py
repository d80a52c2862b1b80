"""The six rooms have names that are public elsewhere; here they must be ours (docs/decisions/0001)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("web", "workers", "planners", "scheduler", "models", "operations")


@pytest.mark.parametrize("room", ROOMS)
def test_room_resolves_to_this_project_from_another_folder(room, tmp_path):
    code = f"import {room}; print({room}.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert Path(found).resolve() == ROOT / room / "__init__.py"


def test_no_locked_distribution_bears_the_name_of_a_room():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / "deploy" / lock).read_text().splitlines()
        names = {line.split("==")[0].lower() for line in lines if "==" in line}
        assert names.isdisjoint({*ROOMS, "web-py", "web.py"})
        assert len(names) > 20
