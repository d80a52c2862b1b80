"""Loading the whole public food tables beside the built-in catalogue, into a file of the data folder.

Nobody has tagged these foods, so every tag cell is empty, and an empty cell counts as "contains" and "does
not suit": a member with an allergy or a diet is never given one. They have no role, so no menu chooses one.
"""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path

from operations.foods_columns import PRICE_CYCLE
from operations.foods_downloads import Downloads
from operations.foods_rebuild import figures
from operations.foods_sheet import DownloadError
from planners.errors import CatalogueError
from planners.nutrition.catalog import Catalog, Kitchen, load_catalog, read_catalog
from planners.nutrition.food_join import join_catalogs
from planners.nutrition.food_table import COLUMNS

FILE_NAME = "foods-imported.csv"
NO_PORTION = ("100 g", 100.0)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """Counts of an import: foods written, foods left out for want of a price, rows with a spoilt code."""

    path: Path
    foods: int
    without_price: int
    dropped_rows: int


def import_foods(downloads: Downloads, folder: Path) -> Imported:
    """Write every food that has nutrients, patterns and a price to FILE_NAME in `folder`, in one step."""
    codes = sorted(downloads.nutrients.keys() & downloads.descriptions.keys())
    priced = [code for code in codes if downloads.prices.get(code, 0.0) > 0.0]
    out = io.StringIO(newline="")
    year = PRICE_CYCLE.replace("/", "-")
    out.write(f"# food catalogue {year.replace('-', '.')}, prices of {year}\n")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(_row(code, downloads) for code in priced)
    path = folder / FILE_NAME
    _replace(path, out.getvalue())
    left = len(codes) - len(priced)
    return Imported(path=path, foods=len(priced), without_price=left, dropped_rows=downloads.dropped_rows)


def wide_catalog(folder: Path) -> Catalog:
    """The built-in catalogue, joined with the foods imported into `folder` if there are any.

    Raises
    ------
    DownloadError
        When the file of imported foods is damaged.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return load_catalog()
    try:
        imported = read_catalog(path.read_text(encoding="utf-8"))
    except (CatalogueError, UnicodeDecodeError) as error:
        raise DownloadError(f"{path} is damaged, import the tables again: {error}") from error
    return join_catalogs(load_catalog(), imported)


def _row(code: int, downloads: Downloads) -> dict[str, str]:
    measure, grams = downloads.portions.get(code, (NO_PORTION,))[0]
    measure = measure.removeprefix("1 ")
    choices = {
        "code": str(code),
        "name": downloads.descriptions[code],
        "measure": measure,
        "measures": f"× {measure}",
        "measure_g": f"{grams:g}",
        "smallest": "1",
        "largest": "1",
        "step": "1",
        "kitchen": str(Kitchen.COOK),
        "servings_at_a_time": "1",
        "purchase_unit": "100 g as eaten",
        "purchase_g": "100",
        "purchase_yield": "1",
        "own_usd_per_100g": "",
        "keywords": downloads.more[code],
    }
    return choices | figures(choices, downloads)


def _replace(path: Path, text: str) -> None:
    """Write beside, then rename: a reader sees the old file or the new one, never half of one."""
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8", newline="")
    os.replace(beside, path)
