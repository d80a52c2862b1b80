"""How many processes of each line a running platform is asked for, and has: files of its data folder.

Whoever runs the processes reads what is wanted, a file for each line, and writes what there is; the
autoscaler and `reveille scale` do the reverse. A file is replaced whole, so that nobody reads half of one.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Line:
    """The processes of one line of the Procfile."""

    wanted: int
    live: int
    draining_since: tuple[float, ...] = ()  # seconds of the machine's monotonic clock, of each that drains
    drained: int = 0  # that finished what they had in hand, and ended well
    lost: int = 0  # that ended otherwise while they drained

    def longest_drain_s(self) -> float:
        return max((time.monotonic() - since for since in self.draining_since), default=0.0)


class Control:
    """The files `wanted/LINE` and `processes.json` of the folder `control`."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "control"
        self._wanted = self._folder / "wanted"
        self._lines = self._folder / "processes.json"
        self._read_at = 0
        self._told = ""

    def open(self) -> None:
        """Begin anew: what was wanted of an earlier run is forgotten."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._wanted.mkdir(exist_ok=True)
        for path in (*self._wanted.iterdir(), *self._folder.glob("processes.*")):
            path.unlink()

    def close(self) -> None:
        """Nobody runs processes here any more."""
        self._lines.unlink(missing_ok=True)

    def news(self) -> dict[str, int]:
        """What is wanted, if anything was ordered since it was asked last."""
        changed_at = self._wanted.stat().st_mtime_ns  # a file was replaced there
        if changed_at == self._read_at:
            return {}
        self._read_at = changed_at
        return self.wanted()

    def wanted(self) -> dict[str, int]:
        """How many of each line are wanted, of those that somebody has said."""
        found = (path for path in sorted(self._wanted.glob("*")) if not path.suffix)
        return {path.name: int(path.read_text()) for path in found}

    def want(self, line: str, number: int) -> None:
        """Ask for so many processes of a line."""
        _replace(self._wanted / line, str(number))

    def tell(self, lines: Mapping[str, Line]) -> None:
        """Say which processes there are, if that has changed."""
        text = json.dumps({name: asdict(line) for name, line in lines.items()})
        if text != self._told:
            _replace(self._lines, text)
            self._told = text

    def lines(self) -> dict[str, Line]:
        """Which processes there are; nothing where no platform runs."""
        found = _read(self._lines).items()
        return {
            name: Line(**{**told, "draining_since": tuple(told["draining_since"])}) for name, told in found
        }


def _line(told: Mapping[str, Any]) -> Line:
    return Line(**{**told, "draining_since": tuple(told["draining_since"])})


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return {}


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()
