"""A client that is generated from the served document type-checks, and does what an app does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.running import Platform, running_platform

JOURNEY = Path(__file__).with_name("app_journey.py")
BIN = Path(sys.executable).parent
ANY = re.compile(r"^    \w+: (?!dict\[str, Any\]).*\bAny\b", re.MULTILINE)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running_platform(tmp_path_factory.mktemp("platform") / "data", "--batch-workers", "0") as running:
        yield running


@pytest.fixture(scope="module")
def package(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client, as a package in a folder of its own."""
    folder = tmp_path_factory.mktemp("client")
    document = folder / "openapi.json"
    document.write_text(json.dumps(platform.client.send("GET", "/v1/openapi.json").body), "utf-8")
    made = folder / "reveille_client"
    told = run(
        "openapi-python-client", "generate", "--path", str(document), "--output-path", str(made),
        "--meta", "none", "--fail-on-warning", folder=folder,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    (made / "py.typed").touch()
    return made


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ, cwd=folder)


def test_it_is_made_without_a_warning_and_has_no_field_of_any_type(package: Path) -> None:
    models = list((package / "models").glob("*.py"))
    assert len(models) > 100
    loose = {path.stem: ANY.findall(path.read_text("utf-8")) for path in models}
    assert {name: found for name, found in loose.items() if found} == {}


def test_its_names_are_good(package: Path) -> None:
    names = {path.stem for path in (package / "models").glob("*.py")}
    assert names >= {"allergen", "job_state", "nutrition_plan", "problem", "field_fault", "role"}
    assert not [name for name in names if re.search(r"_type_\d|_item$", name)]


def test_an_app_that_uses_it_type_checks(package: Path) -> None:
    told = run(
        str(BIN / "mypy"), "--strict", "--no-incremental", "--config-file", os.devnull, str(JOURNEY),
        folder=package.parent,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout


def test_an_app_registers_plans_swaps_logs_and_sees_its_progress(package: Path, platform: Platform) -> None:
    told = run(sys.executable, str(JOURNEY), platform.client.address, folder=package.parent)
    assert told.returncode == 0, told.stderr
