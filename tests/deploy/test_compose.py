"""deploy/compose: of the compose specification's schema, and true to the Procfile and the settings."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.settings import PREFIX, Settings
from operations.procfile import PROJECT, commands

FILE = PROJECT / "deploy" / "compose" / "compose.yaml"


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
    return found


def test_file_is_of_the_compose_specification() -> None:
    check = Path(sys.executable).with_name("check-jsonschema")
    command = [check, "--builtin-schema", "vendor.compose-spec", FILE]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_line_of_the_procfile_runs_here(services: dict[str, dict[str, Any]]) -> None:
    ran = {" ".join(service["command"]) for service in services.values() if "command" in service}
    for name, command in commands().items():
        plain = re.sub(r"^env MALLOC_ARENA_MAX=2 ", "", command)
        assert name == "web" or plain in ran or any(told.startswith(plain) for told in ran), name


def test_there_are_two_webs_and_two_schedulers(services: dict[str, dict[str, Any]]) -> None:
    assert {"web-1", "web-2"} <= set(services)
    assert services["scheduler"]["deploy"] == {"replicas": 2}
    assert {"postgres", "valkey", "nginx", "prometheus", "grafana", "autoscaler", "relay"} <= set(services)


def test_our_processes_write_nowhere_and_have_no_rights(services: dict[str, dict[str, Any]]) -> None:
    ours = [service for service in services.values() if service["image"] == "reveille"]
    assert len(ours) >= 8
    for service in ours:
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_settings_are_settings(services: dict[str, dict[str, Any]]) -> None:
    names = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)}
    told = {name.removesuffix("_FILE") for name in services["worker"]["environment"]}
    assert told <= names


def test_only_the_edge_and_the_dashboards_listen_outside(services: dict[str, dict[str, Any]]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"nginx", "grafana"}
    assert services["grafana"]["ports"] == ["127.0.0.1:3000:3000"]


def test_what_is_mounted_from_here_is_here(services: dict[str, dict[str, Any]]) -> None:
    mounted = [v.split(":")[0] for s in services.values() for v in s.get("volumes", ()) if v.startswith(".")]
    assert len(mounted) >= 4
    for path in mounted:
        assert (FILE.parent / path).exists(), path


def test_no_image_is_whatever_is_latest(services: dict[str, dict[str, Any]]) -> None:
    others = [service["image"] for service in services.values() if service["image"] != "reveille"]
    assert [image for image in others if not re.search(r":v?\d", image)] == []
