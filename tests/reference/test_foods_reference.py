"""The catalogue of foods against the public tables themselves, read by the project's own parser."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from operations.foods_downloads import Downloads, read_downloads
from operations.foods_import import import_foods, wide_catalog
from operations.foods_rebuild import rebuild
from planners.nutrition.catalog import load_catalog
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS
from tests.planners.nutrition.catalog_text import TEXT

FOLDER = Path(os.environ["REVEILLE_REFERENCE_DATA"]) / "food"
CATALOG = load_catalog()

# Measures that the table has not, with where their grams come from.
OWN_MEASURES = {
    14104400: "an ounce",
    21602100: "an ounce",
    23326100: "an ounce",
    24300120: "an ounce",
    54304000: "an ounce",
    54318500: "a large rice cake of 9 g; the table has the miniature one of 3 g",
}
OUNCE_G = 28.35


@pytest.fixture(scope="module")
def downloads() -> Downloads:
    return read_downloads(FOLDER)


def nutrient(name: str) -> np.ndarray:
    return CATALOG.per_100g[:, NUTRIENTS.index(name)]


def test_the_real_tables_are_read_whole(downloads: Downloads) -> None:
    assert len(downloads.nutrients) == len(downloads.patterns) == len(downloads.descriptions) == 7_083
    assert len(downloads.prices) == 4_434
    assert len(downloads.portions) > 7_000
    assert downloads.dropped_rows == 5


def test_rebuilding_from_the_real_tables_changes_nothing(downloads: Downloads, tmp_path: Path) -> None:
    path = tmp_path / "foods.csv"
    path.write_text(TEXT, encoding="utf-8", newline="")
    rebuild(path, downloads)
    assert path.read_text(encoding="utf-8") == TEXT


def test_figures_looked_up_by_another_way_are_the_catalogue_s() -> None:
    """Column by position in the file instead of by name, for a few telling columns."""
    places = {
        "energy_kcal": 4,
        "protein_g": 5,
        "vitamin_d_ug": 33,
        "iron_mg": 40,
        "sodium_mg": 45,
        "water_g": 68,
    }
    with (FOLDER / "fndds1718_nutrients.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {int(row[0]): row for row in csv.reader(file) if row and row[0].isdigit()}
    for name, place in places.items():
        theirs = [float(rows[code][place]) for code in CATALOG.codes.tolist()]
        assert nutrient(name).tolist() == pytest.approx(theirs, rel=1e-5), name


def test_patterns_and_added_sugars_are_those_of_the_pattern_table() -> None:
    with (FOLDER / "fped1718.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {int(row["FOODCODE"]): row for row in csv.DictReader(file)}
    sugars = [4.2 * float(rows[code]["ADD_SUGARS (tsp. eq.)"]) for code in CATALOG.codes.tolist()]
    assert nutrient("added_sugars_g").tolist() == pytest.approx(sugars, abs=1e-4)
    protein = [float(rows[code]["PF_MPS_TOTAL (oz. eq.)"]) for code in CATALOG.codes.tolist()]
    meat = CATALOG.patterns_per_100g[:, PATTERNS.index("meat_poultry_oz")]
    seafood = CATALOG.patterns_per_100g[:, PATTERNS.index("seafood_oz")]
    assert (meat + seafood).tolist() == pytest.approx(protein, abs=0.02)


def test_no_food_holds_alcohol_or_is_for_infants() -> None:
    with (FOLDER / "fndds1718_nutrients.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {int(row[0]): row for row in csv.reader(file) if row and row[0].isdigit()}
    for code, name in zip(CATALOG.codes.tolist(), CATALOG.names, strict=True):
        assert float(rows[code][48]) <= 0.1, name
        assert not rows[code][2].startswith(("94", "90", "92", "7502", "7504", "7506")), name
        assert not any(
            word in rows[code][1].lower() for word in ("infant", "baby food", "formula", "raw meat")
        )


def test_every_measure_is_a_portion_of_the_table_or_is_accounted_for(downloads: Downloads) -> None:
    strange = {}
    for row, code in enumerate(CATALOG.codes.tolist()):
        grams = float(CATALOG.measure_g[row])
        portions = [weight for _, weight in downloads.portions[code]]
        cups = [16 * grams, grams / 8]  # a tablespoon of a cup; eight fluid ounces
        if not any(abs(weight - g) <= 0.02 * g for weight in portions for g in (grams, *cups)):
            strange[code] = grams
    assert set(strange) == set(OWN_MEASURES)
    assert {code for code, g in strange.items() if g == OUNCE_G} == set(OWN_MEASURES) - {54318500}


def test_prices_are_those_of_the_cycle_but_for_our_own(downloads: Downloads) -> None:
    other = {
        code: float(price)
        for code, price in zip(CATALOG.codes.tolist(), CATALOG.usd_per_100g.tolist(), strict=True)
        if price != pytest.approx(downloads.prices[code], rel=1e-4)
    }
    assert other == {56203000: 0.15, 94000100: 0.0004}


def test_the_whole_table_is_imported_beside_the_catalogue(downloads: Downloads, tmp_path: Path) -> None:
    done = import_foods(downloads, tmp_path)
    assert (done.foods, done.without_price, done.dropped_rows) == (4_434, 2_649, 5)
    both = wide_catalog(tmp_path)
    assert len(both) == 4_434  # every food of the catalogue is one of them
    imported = np.array([code not in CATALOG.row_of for code in both.codes.tolist()])
    assert imported.sum() == 4_434 - len(CATALOG)
    assert both.contains[imported].all()
    assert not both.suits[imported].any()
    assert not both.roles[imported].any()
    assert both.names[both.row_of[int(CATALOG.codes[0])]] == CATALOG.names[0]
