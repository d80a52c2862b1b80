"""`python -m benchmarks [NAME …]`: run the benchmarks, write benchmarks/results.json, print a table."""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

NAMES = (
    "main_job",
    "queue",
    "backlog",
    "nutrition",
    "nightly",
    "workout",
    "workout_backtest",
    "api",
    "caches",
    "events",
    "event_streams",
    "archive",
    "autoscale",
    "shards",
)
RESULTS = Path(__file__).with_name("results.json")
COLUMNS = ("name", "metric", "value", "unit", "peer", "peer_value", "ratio", "target", "met", "runs")


def main(names: list[str]) -> int:
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    results: list[dict[str, Any]] = []
    for name in names or NAMES:
        records = importlib.import_module(f"benchmarks.{name}").run()
        results += [{**record, **_where()} for record in records]
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    _print(results)
    return 0 if all(record["met"] is not False for record in results) else 1


def _where() -> dict[str, str]:
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return {"machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "commit": commit or "unknown"}  # fmt: skip


def _print(results: list[dict[str, Any]]) -> None:
    table = Table(*COLUMNS)
    for record in results:
        table.add_row(*(_cell(record[column]) for column in COLUMNS))
    Console(width=160).print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
