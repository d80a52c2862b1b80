"""deploy/systemd: units that systemd takes without a word, for the lines of the Procfile."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from operations.procfile import PROJECT, commands

UNITS = PROJECT / "deploy" / "systemd"


def starts() -> dict[str, str]:
    """unit → what it starts, as the Procfile says it."""
    found = {}
    for path in UNITS.glob("*.service"):
        (line,) = re.findall(r"^ExecStart=/opt/reveille/\.venv/bin/(.*)$", path.read_text(), re.MULTILINE)
        found[path.stem.removeprefix("reveille-").removesuffix("@")] = line
    return found


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    """With /bin/true for our programs, which are not installed where it looks."""
    for path in UNITS.iterdir():
        text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text)
    names = [str(tmp_path / p.name.replace("@.", "@1.")) for p in UNITS.iterdir()]
    for template in UNITS.glob("*@.service"):
        shutil.copy(tmp_path / template.name, tmp_path / template.name.replace("@.", "@1."))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], check=False, capture_output=True, text=True
    )
    ours = [line for line in done.stderr.splitlines() if "reveille" in line]
    assert ours == [], "\n".join(ours)


def test_every_line_of_the_procfile_has_a_unit() -> None:
    units = starts()
    for name, command in commands().items():
        plain = re.sub(r"^env MALLOC_ARENA_MAX=2 (nice -n 5 )?", "", command)
        unit = units["migrate" if name == "release" else name]
        assert unit.split()[0] == plain.split()[0]
        assert name == "web" or unit == plain


def test_target_wants_a_unit_of_each() -> None:
    wanted = set(re.findall(r"reveille-[a-z-]+@?\d*\.service", (UNITS / "reveille.target").read_text()))
    there = {path.name for path in UNITS.glob("*.service")} - {"reveille-migrate.service"}
    assert {re.sub(r"@\d", "@", name) for name in wanted} >= there


def test_units_give_up_every_right() -> None:
    for path in UNITS.glob("*.service"):
        text = path.read_text()
        for line in (
            "NoNewPrivileges=true",
            "ProtectSystem=strict",
            "CapabilityBoundingSet=",
            "PrivateTmp=true",
        ):
            assert f"\n{line}\n" in text, (path.name, line)
