"""The style of both pages: one column on a phone, black on white on paper, nothing told by colour alone."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def style() -> str:
    """The text of page.css."""
    return (files("planners.printed") / "page.css").read_text("utf-8")
