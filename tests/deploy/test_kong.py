"""deploy/edge/kong.yaml: of the schema that Kong documents. It was never run: docs/edge.md says so too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

from operations.procfile import PROJECT

FILE = PROJECT / "deploy" / "edge" / "kong.yaml"
SCHEMA = Path(__file__).with_name("kong.schema.json")


def check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("check-jsonschema"), "--schemafile", SCHEMA, file]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_configuration_is_of_the_schema() -> None:
    done = check(FILE)
    assert done.returncode == 0, done.stdout


def test_a_wrong_word_is_found(tmp_path: Path) -> None:
    (tmp_path / "kong.yaml").write_text(FILE.read_text().replace("strip_path", "stripe_path"))
    assert check(tmp_path / "kong.yaml").returncode == 1


def test_every_service_goes_to_an_upstream_and_streams_are_not_buffered() -> None:
    told = yaml.safe_load(FILE.read_text())
    assert {service["host"] for service in told["services"]} == {up["name"] for up in told["upstreams"]}
    (streams,) = [
        route for service in told["services"] for route in service["routes"] if route["name"] == "events"
    ]
    assert streams["response_buffering"] is False


def test_it_is_said_to_be_unproven() -> None:
    assert "never run" in FILE.read_text()
    assert "never run" in (PROJECT / "docs" / "edge.md").read_text()
