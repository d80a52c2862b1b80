"""Reading the public food tables as they are downloaded: FNDDS, its pattern equivalents (FPED) and prices.

The files are known by their columns, not by their names. A banner above the columns, line breaks inside
column names, a byte-order mark and cp1252 text are all met in the real files; rows whose food code a
spreadsheet has spoilt ("2.00E+07") are dropped and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from operations.foods_columns import (
    MARKS,
    NO_WEIGHT,
    NUTRIENT_COLUMNS,
    PATTERN_COLUMNS,
    PRICE_CYCLE,
    SUGAR_G_PER_TSP,
)
from operations.foods_sheet import DownloadError, Sheet, read_sheet
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS

Amounts = dict[int, tuple[float, ...]]


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


def read_downloads(folder: Path) -> Downloads:
    """Read the five tables out of the CSV files of `folder`.

    Raises
    ------
    DownloadError
        When a table is missing or there twice, lacks a column, or holds a cell that is not a number.
    """
    sheets = _sheets(folder)
    foods, prices = sheets["foods"], sheets["prices"]
    patterns = _keyed(sheets["patterns"], _patterns)
    nutrients = {c: n for c, n in _keyed(sheets["nutrients"], _nutrients).items() if c in patterns}
    coded = foods.coded()
    return Downloads(
        descriptions={c: foods.text(n, r, "Main food description") for c, n, r in coded},
        more={c: foods.text(n, r, "Additional food description") for c, n, r in coded},
        nutrients={c: _with_added_sugars(n, patterns[c]) for c, n in nutrients.items()},
        patterns={c: patterns[c] for c in nutrients},
        prices=_prices(prices),
        portions=_portions(sheets["portions"]),
        dropped_rows=len(foods.rows) - len(coded) + len(prices.rows) - len(prices.coded()),
    )


def _sheets(folder: Path) -> dict[str, Sheet]:
    found: dict[str, Sheet] = {}
    for path in sorted(folder.glob("*.csv")):
        sheet = read_sheet(path)
        if sheet is None:
            continue
        if sheet.kind in found:
            both = f"{sheet.name} and {found[sheet.kind].name}"
            raise DownloadError(f"{both} are both tables of {sheet.kind}; keep one")
        found[sheet.kind] = sheet
    missing = [kind for kind in MARKS if kind not in found]
    if missing:
        raise DownloadError(f"{folder} holds no CSV file with the table of {', '.join(missing)}")
    return found


def _keyed(sheet: Sheet, amounts: Callable[[Sheet, int, list[str]], tuple[float, ...]]) -> Amounts:
    result: Amounts = {}
    for code, line, row in sheet.coded():
        if code in result:
            raise DownloadError(f"{sheet.name}, line {line}: food {code} stands there a second time")
        result[code] = amounts(sheet, line, row)
    return result


def _nutrients(sheet: Sheet, line: int, row: list[str]) -> tuple[float, ...]:
    columns = [NUTRIENT_COLUMNS.get(name) for name in NUTRIENTS]  # added sugars have none
    return tuple(sheet.number(line, row, column) if column else 0.0 for column in columns)


def _patterns(sheet: Sheet, line: int, row: list[str]) -> tuple[float, ...]:
    columns = (PATTERN_COLUMNS[name] for name in PATTERNS)
    return tuple(round(sum(sheet.number(line, row, c) for c in parts), 6) for parts in columns)


def _with_added_sugars(nutrients: tuple[float, ...], patterns: tuple[float, ...]) -> tuple[float, ...]:
    grams = round(patterns[PATTERNS.index("added_sugars_tsp")] * SUGAR_G_PER_TSP, 6)
    place = NUTRIENTS.index("added_sugars_g")
    return (*nutrients[:place], grams, *nutrients[place + 1 :])


def _prices(sheet: Sheet) -> dict[int, float]:
    cycle = ((c, n, r) for c, n, r in sheet.coded() if sheet.text(n, r, "year") == PRICE_CYCLE)
    return {code: sheet.number(line, row, "price_100gm") for code, line, row in cycle}


def _portions(sheet: Sheet) -> dict[int, tuple[tuple[str, float], ...]]:
    groups: dict[int, list[tuple[str, float]]] = {}
    for code, line, row in sheet.coded():
        if sheet.text(line, row, "Portion weight (g)") in NO_WEIGHT:
            continue
        grams = sheet.number(line, row, "Portion weight (g)")
        groups.setdefault(code, []).append((sheet.text(line, row, "Portion description"), grams))
    return {code: tuple(group) for code, group in groups.items()}
