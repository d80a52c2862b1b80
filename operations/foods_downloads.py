"""Reading the public food tables as they are downloaded: FNDDS, its pattern equivalents (FPED) and prices.

The files are known by their columns, not by their names. A banner above the columns, line breaks inside
column names, a byte-order mark and cp1252 text are all met in the real files; rows whose food code a
spreadsheet has spoilt ("2.00E+07") are dropped and counted.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelError
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS

PRICE_CYCLE = "2017/2018"
SUGAR_G_PER_TSP = 4.2  # one teaspoon equivalent of added sugars in FPED 2017-2018

NUTRIENT_COLUMNS = {
    "energy_kcal": "Energy (kcal)",
    "protein_g": "Protein (g)",
    "carbohydrate_g": "Carbohydrate (g)",
    "sugars_g": "Sugars, total (g)",
    "fiber_g": "Fiber, total dietary (g)",
    "fat_g": "Total Fat (g)",
    "saturated_fat_g": "Fatty acids, total saturated (g)",
    "monounsaturated_fat_g": "Fatty acids, total monounsaturated (g)",
    "polyunsaturated_fat_g": "Fatty acids, total polyunsaturated (g)",
    "linoleic_acid_g": "18:2 (g)",
    "alpha_linolenic_acid_g": "18:3 (g)",
    "cholesterol_mg": "Cholesterol (mg)",
    "vitamin_a_ug_rae": "Vitamin A, RAE (mcg_RAE)",
    "retinol_ug": "Retinol (mcg)",
    "thiamin_mg": "Thiamin (mg)",
    "riboflavin_mg": "Riboflavin (mg)",
    "niacin_mg": "Niacin (mg)",
    "vitamin_b6_mg": "Vitamin B-6 (mg)",
    "folate_ug_dfe": "Folate, DFE (mcg_DFE)",
    "folic_acid_ug": "Folic acid (mcg)",
    "vitamin_b12_ug": "Vitamin B-12 (mcg)",
    "choline_mg": "Choline, total (mg)",
    "vitamin_c_mg": "Vitamin C (mg)",
    "vitamin_d_ug": "Vitamin D (D2 + D3) (mcg)",
    "vitamin_e_mg": "Vitamin E (alpha-tocopherol) (mg)",
    "vitamin_k_ug": "Vitamin K (phylloquinone) (mcg)",
    "calcium_mg": "Calcium (mg)",
    "phosphorus_mg": "Phosphorus (mg)",
    "magnesium_mg": "Magnesium (mg)",
    "iron_mg": "Iron (mg)",
    "zinc_mg": "Zinc (mg)",
    "copper_mg": "Copper (mg)",
    "selenium_ug": "Selenium (mcg)",
    "potassium_mg": "Potassium (mg)",
    "sodium_mg": "Sodium (mg)",
    "caffeine_mg": "Caffeine (mg)",
    "water_g": "Water (g)",
}

PATTERN_COLUMNS = {  # our column: the columns of FPED whose sum it is
    "total_fruit_cup": ("F_TOTAL (cup eq.)",),
    "whole_fruit_cup": ("F_CITMLB (cup eq.)", "F_OTHER (cup eq.)"),
    "vegetables_cup": ("V_TOTAL (cup eq.)",),
    "dark_green_cup": ("V_DRKGR (cup eq.)",),
    "legumes_cup": ("V_LEGUMES (cup eq.)",),
    "whole_grains_oz": ("G_WHOLE (oz. eq.)",),
    "refined_grains_oz": ("G_REFINED (oz. eq.)",),
    "dairy_cup": ("D_TOTAL (cup eq.)",),
    "meat_poultry_oz": (
        "PF_MEAT (oz. eq.)",
        "PF_CUREDMEAT (oz. eq.)",
        "PF_ORGAN (oz. eq.)",
        "PF_POULT (oz. eq.)",
    ),
    "seafood_oz": ("PF_SEAFD_HI (oz. eq.)", "PF_SEAFD_LOW (oz. eq.)"),
    "eggs_oz": ("PF_EGGS (oz. eq.)",),
    "soy_oz": ("PF_SOY (oz. eq.)",),
    "nuts_seeds_oz": ("PF_NUTSDS (oz. eq.)",),
    "legumes_oz": ("PF_LEGUMES (oz. eq.)",),
    "added_sugars_tsp": ("ADD_SUGARS (tsp. eq.)",),
}

_NO_WEIGHT = ("0", "-9")  # beside "quantity not specified" and "guideline amount"


class DownloadError(ModelError):
    """The downloaded tables cannot be used as they are; the sentence says which file and what to do."""


@dataclass(frozen=True, kw_only=True)
class Downloads:
    """The tables by food code; `dropped_rows` were left out because their code is spoilt.

    `nutrients` and `patterns` hold one number for each of NUTRIENTS and PATTERNS, per 100 g as eaten;
    `prices` US dollars per 100 g as eaten; `portions` the household portions with their grams.
    """

    descriptions: Mapping[int, str]
    more: Mapping[int, str]
    nutrients: Mapping[int, tuple[float, ...]]
    patterns: Mapping[int, tuple[float, ...]]
    prices: Mapping[int, float]
    portions: Mapping[int, tuple[tuple[str, float], ...]]
    dropped_rows: int


@dataclass(frozen=True, kw_only=True)
class _Table:
    """One file: its name, the place of each column, and its rows as text with their line numbers."""

    name: str
    columns: Mapping[str, int]
    rows: list[tuple[int, list[str]]]

    def text(self, line: int, row: list[str], column: str) -> str:
        place = self.columns.get(column)
        if place is None:
            raise DownloadError(f"{self.name}: there is no column {column!r}")
        if place >= len(row):
            raise DownloadError(f"{self.name}, line {line}: the row ends before the column {column!r}")
        return row[place].strip()

    def number(self, line: int, row: list[str], column: str) -> float:
        text = self.text(line, row, column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < 0:
            wrong = f"{column!r} must be a number of at least 0, not {text!r}"
            raise DownloadError(f"{self.name}, line {line}: {wrong}")
        return value


_KINDS = {  # columns that only this table has
    "nutrients": ("Food code", "Energy (kcal)"),
    "portions": ("Food code", "Portion weight (g)"),
    "foods": ("Food code", "Additional food description"),
    "patterns": ("FOODCODE", "F_TOTAL (cup eq.)"),
    "prices": ("food_code", "price_100gm"),
}


def read_downloads(folder: Path) -> Downloads:
    """Read the five tables out of the CSV files of `folder`.

    Raises
    ------
    DownloadError
        When a table is missing or there twice, lacks a column, or holds a cell that is not a number.
    """
    tables = _tables(folder)
    nutrients, patterns = tables["nutrients"], tables["patterns"]
    foods, dropped = _coded(tables["foods"], "foods")
    sugar = PATTERNS.index("added_sugars_tsp")
    pattern_rows = _keyed(patterns, "patterns", lambda n, r: _patterns(patterns, n, r))
    nutrient_rows = _keyed(nutrients, "nutrients", lambda n, r: _nutrients(nutrients, n, r))
    both = {code: pattern_rows[code] for code in nutrient_rows if code in pattern_rows}
    prices, dropped_prices = _prices(tables["prices"])
    return Downloads(
        descriptions={c: tables["foods"].text(n, r, "Main food description") for c, n, r in foods},
        more={c: tables["foods"].text(n, r, "Additional food description") for c, n, r in foods},
        nutrients={c: _with_added_sugars(nutrient_rows[c], p[sugar]) for c, p in both.items()},
        patterns=both,
        prices=prices,
        portions=_portions(tables["portions"]),
        dropped_rows=dropped + dropped_prices,
    )


def _tables(folder: Path) -> dict[str, _Table]:
    found: dict[str, _Table] = {}
    for path in sorted(folder.glob("*.csv")):
        known = _known(path)
        if known is None:
            continue
        kind, table = known
        if kind in found:
            raise DownloadError(f"{path.name} and {found[kind].name} are both tables of {kind}; keep one")
        found[kind] = table
    missing = [kind for kind in _KINDS if kind not in found]
    if missing:
        raise DownloadError(f"{folder} holds no CSV file with the table of {', '.join(missing)}")
    return found


def _known(path: Path) -> tuple[str, _Table] | None:
    """The kind of table that a file holds, by the first ten rows; None for a file of another kind."""
    lines = csv.reader(io.StringIO(_decoded(path), newline=""))
    for _, row in zip(range(10), lines, strict=False):
        columns = {" ".join(name.split()): i for i, name in enumerate(row)}
        for kind, marks in _KINDS.items():
            if all(mark in columns for mark in marks):
                rows = [(lines.line_num, cells) for cells in lines if any(cells)]
                return kind, _Table(name=path.name, columns=columns, rows=rows)
    return None


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _coded(table: _Table, kind: str) -> tuple[list[tuple[int, int, list[str]]], int]:
    """Rows as (code, line, cells), and how many were dropped for a spoilt code."""
    column = _KINDS[kind][0]
    good = []
    for line, row in table.rows:
        text = table.text(line, row, column)
        if re.fullmatch(r"[1-9]\d{7}", text):
            good.append((int(text), line, row))
    return good, len(table.rows) - len(good)


def _keyed(
    table: _Table, kind: str, value: Callable[[int, list[str]], tuple[float, ...]]
) -> dict[int, tuple[float, ...]]:
    result: dict[int, tuple[float, ...]] = {}
    for code, line, row in _coded(table, kind)[0]:
        if code in result:
            raise DownloadError(f"{table.name}, line {line}: food {code} stands there a second time")
        result[code] = value(line, row)
    return result


def _nutrients(table: _Table, line: int, row: list[str]) -> tuple[float, ...]:
    return tuple(
        0.0 if name == "added_sugars_g" else table.number(line, row, NUTRIENT_COLUMNS[name])
        for name in NUTRIENTS
    )


def _with_added_sugars(nutrients: tuple[float, ...], teaspoons: float) -> tuple[float, ...]:
    place = NUTRIENTS.index("added_sugars_g")
    return (*nutrients[:place], round(teaspoons * SUGAR_G_PER_TSP, 6), *nutrients[place + 1 :])


def _patterns(table: _Table, line: int, row: list[str]) -> tuple[float, ...]:
    return tuple(
        round(sum(table.number(line, row, c) for c in PATTERN_COLUMNS[name]), 6) for name in PATTERNS
    )


def _prices(table: _Table) -> tuple[dict[int, float], int]:
    good, dropped = _coded(table, "prices")
    cycle = [(c, n, r) for c, n, r in good if table.text(n, r, "year") == PRICE_CYCLE]
    return {code: table.number(line, row, "price_100gm") for code, line, row in cycle}, dropped


def _portions(table: _Table) -> dict[int, tuple[tuple[str, float], ...]]:
    groups: dict[int, list[tuple[str, float]]] = {}
    for code, line, row in _coded(table, "portions")[0]:
        if table.text(line, row, "Portion weight (g)") in _NO_WEIGHT:
            continue
        portion = table.text(line, row, "Portion description"), table.number(line, row, "Portion weight (g)")
        groups.setdefault(code, []).append(portion)
    return {code: tuple(group) for code, group in groups.items()}
