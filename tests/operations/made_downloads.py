"""Small files of the same shape as the public food tables: banner, broken headers, marks and spoilt codes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from operations.foods_columns import NUTRIENT_COLUMNS, PATTERN_COLUMNS

MILK, BREAD, SALT = 11111111, 51111111, 92222222
BANNER = "Food and Beverages\n2017-2018 Food and Nutrient Database for Dietary Studies - At A Glance      "
NAMES = {MILK: "Milk, made", BREAD: "Bread, made", SALT: "Salt, no price"}

NUTRIENT_HEADER = ("Food code", "Main food description", *(_ for _ in NUTRIENT_COLUMNS.values()))
PATTERN_HEADER = ("FOODCODE", "DESCRIPTION", *(c for columns in PATTERN_COLUMNS.values() for c in columns))


def nutrient_row(code: int, value: float = 1.0) -> list[object]:
    return [code, NAMES[code], *(value for _ in NUTRIENT_COLUMNS)]


def pattern_row(code: int, value: float = 0.5) -> list[object]:
    return [code, NAMES[code], *(value for _ in PATTERN_HEADER[2:])]


def broken(header: Sequence[str]) -> list[str]:
    """Line breaks where the real headers have them: in place of a space before the unit."""
    return [name.replace(" (", "\n(") for name in header]


def text(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def make(folder: Path) -> Path:
    """The five tables, and a file that is none of them."""
    mark = "\ufeff"
    foods = ["Food code", "Main food description", "Additional food description", "WWEIA Category number"]
    portions = ["Food code", "Main food description", "Portion description", "Portion\nweight (g)"]
    prices = ["year", "food_code", "food_description", "price_100gm"]
    tables = {
        "a.csv": [[BANNER], foods, *([code, name, "more words", 1] for code, name in NAMES.items())],
        "b.csv": [[BANNER], broken(NUTRIENT_HEADER), *map(nutrient_row, NAMES)],
        "c.csv": [PATTERN_HEADER, *map(pattern_row, NAMES)],
        "d.csv": [
            [BANNER],
            portions,
            [MILK, NAMES[MILK], "1 cup", 244],
            [MILK, NAMES[MILK], "Quantity not specified", 0],
            [MILK, NAMES[MILK], "Guideline amount", -9],
            [BREAD, NAMES[BREAD], "1 slice", 28],
        ],
    }
    for name, rows in tables.items():
        (folder / name).write_bytes((mark + text(rows)).encode())
    priced = text(
        [
            prices,
            ["2015/2016", MILK, "older", 9.0],
            ["2017/2018", MILK, "café", 0.1],
            ["2017/2018", "2.00E+07", "spoilt", 1.0],
            ["2017/2018", BREAD, "bread", 0.4],
        ]
    )
    (folder / "e.csv").write_bytes(priced.encode("cp1252"))
    (folder / "notes.csv").write_text("who,what\nus,nothing\n", encoding="utf-8")
    return folder
