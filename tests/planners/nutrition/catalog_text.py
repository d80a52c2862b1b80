"""The catalogue's own text, with cells changed: real rows for tests of damage and of tags."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from importlib.resources import files

from planners.nutrition.food_table import COLUMNS

TEXT = files("planners").joinpath("data/foods.csv").read_text(encoding="utf-8")

MILK, BUTTER, SALMON, RICE, BEANS = 11112210, 81101000, 26137123, 56205008, 41102020


def changed(cells: Mapping[int, Mapping[str, str]], text: str = TEXT) -> str:
    """The catalogue's text with some cells of some foods changed: {code: {column: new text}}."""
    first, _, body = text.partition("\n")
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    by_code = {int(row["code"]): row for row in rows}
    for code, new in cells.items():
        by_code[code].update(new)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return f"{first}\n{out.getvalue()}"
