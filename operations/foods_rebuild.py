"""Filling in the figures of the catalogue from the public tables, beside the choices made by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from operations.foods_downloads import Downloads
from operations.foods_sheet import DownloadError
from planners.nutrition.food_table import CHOICES, COLUMNS
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS


def rebuild(path: Path, downloads: Downloads) -> int:
    """Rewrite the figure columns of the catalogue at `path`; the columns of choices stay. Returns the foods.

    A new food is a line with its choices alone. Rows are put in the order of the codes.

    Raises
    ------
    DownloadError
        When a food of the catalogue has no nutrients, patterns or price in the downloads.
    """
    text = path.read_text(encoding="utf-8")
    first, _, body = text.partition("\n")
    choices = [{c: row[c] for c in CHOICES} for row in csv.DictReader(io.StringIO(body, newline=""))]
    choices.sort(key=lambda row: row["code"])
    out = io.StringIO(newline="")
    out.write(first + "\n")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, **figures(row, downloads)} for row in choices)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return len(choices)


def figures(choices: Mapping[str, str], downloads: Downloads) -> dict[str, str]:
    """The cells of one food that come from the public tables, a price of our own before theirs."""
    code, own_price = int(choices["code"]), choices["own_usd_per_100g"]
    if code not in downloads.nutrients or code not in downloads.prices:
        missing = "nutrients and patterns" if code not in downloads.nutrients else "price"
        raise DownloadError(f"food {code} has no {missing} in these tables; choose another code for it")
    numbers = dict(zip(NUTRIENTS, downloads.nutrients[code], strict=True))
    numbers |= dict(zip(PATTERNS, downloads.patterns[code], strict=True))
    numbers["usd_per_100g"] = float(own_price) if own_price else downloads.prices[code]
    return {"description": downloads.descriptions[code], **{k: f"{v:.6g}" for k, v in numbers.items()}}
