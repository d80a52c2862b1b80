"""Rules and dashboards: Prometheus itself reads every query and runs every case of an alert."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from operations.dashboards.__main__ import path_of, text_of
from operations.dashboards.board import Board
from operations.dashboards.boards import BOARDS
from operations.procfile import PROJECT

PROMETHEUS = PROJECT / "deploy" / "prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
CASES = sorted((PROMETHEUS / "tests").glob("*.yml"))
METRIC = re.compile(r"\breveille_[a-z_]+")
DOCS = (PROJECT / "docs" / "metrics.md").read_text() + (PROJECT / "docs" / "nightly.md").read_text()


def promtool(*arguments: object) -> str:
    """What promtool says; the test fails with it when promtool is not content."""
    done = subprocess.run(["promtool", *map(str, arguments)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rules() -> list[dict[str, object]]:
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> list[dict[str, object]]:
    return [rule for rule in rules() if "alert" in rule]


def queries() -> list[str]:
    return [
        query.expr for board in BOARDS for _, row in board.rows for panel in row for query in panel.queries
    ]


def test_rules_are_sound() -> None:
    assert "SUCCESS" in promtool("check", "rules", *RULES)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_alerts_fire_when_they_must_and_only_then(path: Path) -> None:
    assert "SUCCESS" in promtool("test", "rules", path)


def test_every_alert_has_a_case_in_which_it_fires() -> None:
    tests = [test for path in CASES for test in yaml.safe_load(path.read_text())["tests"]]
    told = {c["alertname"] for test in tests for c in test["alert_rule_test"] if c.get("exp_alerts")}
    assert {alert["alert"] for alert in alerts()} == told


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    sections = set(re.findall(r"^## (\w+)$", (PROJECT / "docs" / "runbooks.md").read_text(), re.MULTILINE))
    assert {alert["alert"] for alert in alerts()} == sections
    for alert in alerts():
        assert alert["annotations"]["runbook"].endswith(f"#{str(alert['alert']).lower()}")  # type: ignore[index]
        assert alert["labels"]["severity"] in {"page", "ticket"}  # type: ignore[index]


def test_prometheus_reads_every_query_of_the_dashboards(tmp_path: Path) -> None:
    expressions = [q.replace("$__rate_interval", "5m") for q in queries()]
    group = {
        "name": "queries",
        "rules": [{"record": f"query:{n}", "expr": each} for n, each in enumerate(expressions)],
    }
    path = tmp_path / "queries.yml"
    path.write_text(json.dumps({"groups": [group]}))
    assert f"{len(expressions)} rules found" in promtool("check", "rules", path)


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_dashboards_are_as_generated(board: Board) -> None:
    assert path_of(board).read_text() == text_of(board), "run python -m operations.dashboards"


def test_no_dashboard_is_left_of_a_board_that_is_gone() -> None:
    folder = PROJECT / "deploy" / "grafana" / "dashboards"
    assert {path.name for path in folder.iterdir()} == {path_of(board).name for board in BOARDS}


def test_queries_and_rules_ask_for_metrics_that_are_documented() -> None:
    asked = {
        name
        for text in [*queries(), *(str(rule["expr"]) for rule in rules())]
        for name in METRIC.findall(text)
    }
    plain = {re.sub(r"_(bucket|count|sum)$", "", name) for name in asked}
    assert {name for name in plain if f"`{name}`" not in DOCS} == set()
