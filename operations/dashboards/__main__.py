"""`python -m operations.dashboards`: write every dashboard to deploy/grafana/dashboards."""

from __future__ import annotations

import json
from pathlib import Path

from operations.dashboards.board import Board
from operations.dashboards.boards import BOARDS
from operations.procfile import PROJECT

FOLDER = PROJECT / "deploy" / "grafana" / "dashboards"


def text_of(board: Board) -> str:
    """The file of a dashboard."""
    return json.dumps(board.json(), indent=1) + "\n"


def path_of(board: Board) -> Path:
    """Where it lies."""
    return FOLDER / f"{board.uid}.json"


def main() -> int:
    for board in BOARDS:
        path_of(board).write_text(text_of(board), encoding="utf-8")
        print(path_of(board).relative_to(PROJECT))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
