"""A dashboard as Grafana reads it, from rows of panels with their queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

WIDTH, HEIGHT = 24, 8  # of Grafana's grid: a row, a panel


@dataclass(frozen=True, kw_only=True)
class Query:
    """One query of Prometheus, and what its lines are called, with labels as {{name}}."""

    expr: str
    legend: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A graph. `unit` is Grafana's word for it; `limit` a line to keep below."""

    title: str
    text: str
    unit: str
    queries: Sequence[Query]
    limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class Board:
    """A dashboard: rows of panels, each row the whole width."""

    uid: str
    title: str
    rows: Sequence[tuple[str, Sequence[Panel]]]

    def json(self) -> dict[str, Any]:
        """The dashboard as Grafana's provisioning reads it."""
        heights = [0, *accumulate(HEIGHT + 1 for _ in self.rows)]
        panels: list[dict[str, Any]] = []
        for (name, row), top in zip(self.rows, heights, strict=False):
            panels.append(
                {
                    "type": "row",
                    "title": name,
                    "collapsed": False,
                    "panels": [],
                    "gridPos": _place(0, WIDTH, top, 1),
                }
            )
            width = WIDTH // len(row)
            panels += [
                _graph(panel, _place(at * width, width, top + 1, HEIGHT)) for at, panel in enumerate(row)
            ]
        return {
            "uid": self.uid, "title": self.title, "tags": ["reveille"], "timezone": "browser",
            "editable": False,
            "schemaVersion": 39, "version": 1, "refresh": "10s", "time": {"from": "now-3h", "to": "now"},
            "templating": {"list": []}, "annotations": {"list": []},
            "panels": [{"id": nth, **panel} for nth, panel in enumerate(panels, start=1)],
        }  # fmt: skip


def _place(left: int, width: int, top: int, height: int) -> dict[str, int]:
    return {"x": left, "y": top, "w": width, "h": height}


def _graph(panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.limit is not None:
        steps.append({"color": "red", "value": panel.limit})
    lines = {"showPoints": "never", "thresholdsStyle": {"mode": "off" if panel.limit is None else "line"}}
    return {
        "type": "timeseries", "title": panel.title, "description": panel.text, "gridPos": place,
        "datasource": {"type": "prometheus", "uid": "prometheus"},
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit, "min": 0, "custom": lines,
                "thresholds": {"mode": "absolute", "steps": steps},
            },
            "overrides": [],
        },
        "targets": [
            {"refId": chr(ord("A") + nth), "expr": query.expr, "legendFormat": query.legend}
            for nth, query in enumerate(panel.queries)
        ],
    }  # fmt: skip
