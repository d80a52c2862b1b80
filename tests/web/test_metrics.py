"""What /metrics tells: sound for Prometheus, the same from every process, and all of it documented."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from flask import Flask

from workers.metrics import JobMetrics, RelayMetrics

ROOT = Path(__file__).parents[2]
COUNT_HERE = """
import sys
from models.exposition import Exposition, OwnProcess
from web.metrics import Metrics
metrics = Metrics()
for _ in range(int(sys.argv[1])):
    metrics.observe("GET", "/v1/plans", 200, 0.01)
metrics.process.measure()
print(metrics.text().decode())
"""


def told(count: int, folder: Path) -> dict[str, float]:
    """What a process tells that has answered so many requests: the name of a line and its value."""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    command = [sys.executable, "-c", COUNT_HERE, str(count)]
    text = subprocess.run(command, env=environ, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_whoever_is_asked_tells_the_sum_of_all_processes(tmp_path: Path) -> None:
    requests = 'reveille_http_requests_total{method="GET",route="/v1/plans",status="200"}'
    assert told(3, tmp_path)[requests] == 3
    assert told(4, tmp_path)[requests] == 7
    assert told(0, tmp_path)[requests] == 7


def test_what_holds_only_while_a_process_lives_goes_with_it(tmp_path: Path) -> None:
    memory = 'reveille_process_resident_bytes{process="web"}'
    first, second = told(1, tmp_path)[memory], told(1, tmp_path)[memory]
    assert 0.5 * first < second < 1.5 * first  # of one process, though two have told theirs


def test_prometheus_finds_nothing_wrong(app: Flask) -> None:
    client = app.test_client()
    client.get("/livez")
    text = client.get("/metrics").get_data()
    done = subprocess.run(["promtool", "check", "metrics"], input=text, check=False, capture_output=True)
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_every_metric_is_documented(app: Flask) -> None:
    own = [app.extensions["reveille"].metrics.registry, JobMetrics().registry, RelayMetrics().registry]
    counted = {f"{m.name}_total" if m.type == "counter" else m.name for r in own for m in r.collect()}
    text = app.test_client().get("/metrics").get_data(as_text=True)
    shown = {n for n in re.findall(r"^# TYPE (\w+) gauge$", text, re.MULTILINE) if not n.endswith("_created")}
    pages = "".join(page.read_text() for page in (ROOT / "docs").glob("*.md"))
    assert {name for name in counted | shown if f"`{name}`" not in pages} == set()
