"""deploy/Dockerfile: no engine runs here, so its words are held against the project's files."""

from __future__ import annotations

import re

from operations.procfile import PROJECT, commands

DOCKERFILE = (PROJECT / "deploy" / "Dockerfile").read_text()
ROOMS = {"models", "operations", "planners", "scheduler", "web", "workers"}
WRITTEN = "\n".join(line for line in DOCKERFILE.splitlines() if not line.lstrip().startswith("#"))
LINES = re.sub(r"\\\n", " ", WRITTEN).splitlines()


def of(instruction: str) -> list[str]:
    return [line.removeprefix(instruction).strip() for line in LINES if line.startswith(f"{instruction} ")]


def test_every_room_and_nothing_of_the_tests_is_in_the_image() -> None:
    copied = {word for line in of("COPY") if "--from" not in line for word in line.split()[:-1]}
    assert copied >= ROOMS | {"Procfile", "setup.cfg", "pyproject.toml", "README.md"}
    assert {path for path in copied if not (PROJECT / path).exists()} == set()
    assert "tests" not in copied


def test_builder_is_sent_what_is_copied_and_no_more() -> None:
    lines = (PROJECT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = {word for line in of("COPY") if "--from" not in line for word in line.split()[:-1]}
    assert let_in == copied


def test_image_runs_as_nobody_of_importance() -> None:
    assert of("USER") == ["10001:10001"]
    assert LINES.index("USER 10001:10001") > max(
        at for at, line in enumerate(LINES) if line.startswith("RUN")
    )


def test_packages_are_those_of_the_lock() -> None:
    (install,) = [line for line in of("RUN") if "requirements.lock" in line]
    assert "--require-hashes" in install
    assert "--no-deps" in install


def test_the_default_command_is_the_procfiles_web() -> None:
    (told,) = of("CMD")
    web = commands()["web"].replace("${REVEILLE_HOST:-0.0.0.0}", "0.0.0.0").replace("${PORT:-8000}", "8000")
    assert f"exec {web}" in told


def test_base_image_is_the_python_that_the_project_is_tested_on() -> None:
    assert {line.split()[0] for line in of("FROM")} == {"python:3.11-slim-bookworm"}
