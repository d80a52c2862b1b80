"""Lines over time as a picture, in SVG without scripts and without fonts of its own."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT, TOP, HEIGHT, GAP = 900, 64, 16, 44, 130, 44
BOLD = 'font-weight="bold" fill="#222222"'

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line of a panel; `steps` when a value holds until the next one."""

    name: str
    points: Points
    color: str
    steps: bool = False


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Series that share an axis; `limit` is drawn as a dashed line."""

    title: str
    series: Sequence[Series]
    limit: float | None = None


def chart(title: str, panels: Sequence[Panel]) -> str:
    """The panels below each other, over the same time in seconds."""
    most_x = max((x for panel in panels for line in panel.series for x, _ in line.points), default=0.0) or 1.0
    height = TOP + len(panels) * (HEIGHT + GAP)
    drawn = [_panel(panel, TOP + n * (HEIGHT + GAP), most_x) for n, panel in enumerate(panels)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="12" role="img">'
    )
    name = f"<title>{escape(title)}</title>"
    paper = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    heading = (
        f'<text x="{LEFT}" y="20" font-size="15" font-weight="bold" fill="#222222">{escape(title)}</text>'
    )
    return "\n".join([head, name, paper, heading, *drawn, "</svg>", ""])


def _panel(panel: Panel, top: float, most_x: float) -> str:
    values = [y for line in panel.series for _, y in line.points] + [panel.limit or 0.0]
    step = _step(max(values) or 1.0)
    most_y = step * math.ceil((max(values) or 1.0) / step)

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + (WIDTH - LEFT - RIGHT) * x / most_x, top + HEIGHT * (1 - y / most_y)

    parts = [
        f'<text x="{LEFT}" y="{top - 8:g}" font-weight="bold" fill="#222222">{escape(panel.title)}</text>'
    ]
    for n in range(round(most_y / step) + 1):
        _, y = place(0, n * step)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{n * step:g}", "end"))
    every = _step(most_x)
    for n in range(math.floor(most_x / every) + 1):
        x, _ = place(n * every, 0)
        parts.append(_text(x, top + HEIGHT + 16, f"{n * every:g} s", "middle"))
    if panel.limit is not None:
        _, y = place(0, panel.limit)
        dashes = 'stroke="#b00020" stroke-dasharray="6 4"'
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" {dashes}/>')
    for n, line in enumerate(panel.series):
        points = _stepped(line.points) if line.steps else line.points
        places = [place(x, y) for x, y in points]
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline fill="none" stroke="{line.color}" stroke-width="1.6" points="{told}"/>')
        x = WIDTH - RIGHT - 110 * (len(panel.series) - n)
        parts.append(f'<rect x="{x}" y="{top - 17:g}" width="10" height="10" fill="{line.color}"/>')
        parts.append(_text(x + 14, top - 8, line.name, "start"))
    return "\n".join(parts)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#444444">{escape(text)}</text>'


def _stepped(points: Points) -> list[tuple[float, float]]:
    """With a corner before each change."""
    corners = [(later, y) for (_, y), (later, _) in itertools.pairwise(points)]
    return [point for pair in zip(points, [*corners, *points[-1:]], strict=True) for point in pair]


def _step(most: float) -> float:
    """A round number that divides the axis in two to five.

    >>> _step(10.0), _step(7.0), _step(0.3)
    (5.0, 2.0, 0.1)
    """
    power = 10.0 ** math.floor(math.log10(most))
    return next(power * m for m in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if most / (power * m) <= 5)
