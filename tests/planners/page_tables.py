"""The tables of a page of docs/, for the tests that hold a page against the code."""

from __future__ import annotations


def rows_under(text: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table of `text` whose head starts so, by their first cell."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        rows[name] = cells
    return rows
