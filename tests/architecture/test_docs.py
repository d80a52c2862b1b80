"""What the pages name exists: tests, settings, commands, and what the README points at."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from models.settings import PREFIX, Settings
from web.app import ROUTES

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SETTING = re.compile(rf"{PREFIX}[A-Z_]+")
COMMAND = re.compile(r"`reveille (jobs [a-z]+)")
ROUTE = re.compile(r"`(GET|POST|PUT|DELETE) (/v1/[\w/{}]+)`")
LINK = re.compile(r"`(docs/[\w./-]+)`|\((docs/[\w./-]+)\)")
NOT_SETTINGS = {"REVEILLE_DATA", "REVEILLE_HOST"}  # of the command `up`


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    for file, name in TEST.findall(page.read_text()):
        tree = ast.parse((ROOT / file).read_text())
        found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in found, f"{file}::{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_that_a_page_names_exists(page: Path) -> None:
    declared = {PREFIX + f.name.upper() for f in fields(Settings)} | NOT_SETTINGS
    named = {name.removesuffix("_FILE") for name in SETTING.findall(page.read_text())}
    assert named <= declared


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_points_at_exists(page: Path) -> None:
    for found in LINK.findall(page.read_text()):
        path = next(filter(None, found)).rstrip(".")
        assert (ROOT / path).exists() or list(ROOT.glob(f"{path}*")), path


def test_every_route_of_the_queue_exists() -> None:
    declared = {(route.method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)) for route in ROUTES}
    named = ROUTE.findall((ROOT / "docs" / "queue.md").read_text())
    assert named
    for method, path in named:
        wanted = re.sub(r"{id}", "{job_id}", path)
        assert (method, wanted) in declared, f"{method} {path}"


def test_every_command_of_the_queue_exists() -> None:
    environ = {**os.environ, "COLUMNS": "200"}
    command = [Path(sys.executable).with_name("reveille"), "jobs", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout
    for named in COMMAND.findall((ROOT / "docs" / "queue.md").read_text()):
        assert re.search(rf"^  {named.removeprefix('jobs ')} ", told, re.MULTILINE), named
