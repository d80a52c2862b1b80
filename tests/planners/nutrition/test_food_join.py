"""Imported foods beside the built-in ones."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from planners.nutrition.catalog import Catalog, load_catalog, read_catalog
from planners.nutrition.food_join import join_catalogs
from tests.planners.nutrition.catalog_text import MILK, RICE, TEXT

NEW = 99999999


def imported() -> Catalog:
    """Two foods: one that the catalogue has, under another name, and one that it has not."""
    first, _, body = TEXT.partition("\n")
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    rice = next(row for row in rows if int(row["code"]) == RICE) | {"name": "Rice, imported"}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rice), lineterminator="\n")
    writer.writeheader()
    writer.writerows([rice, rice | {"code": str(NEW), "name": "A new food", "suits_vegan": ""}])
    return read_catalog(f"{first}\n{out.getvalue()}")


def test_a_code_in_both_keeps_the_built_in_food_and_a_new_one_is_added() -> None:
    ours = load_catalog()
    both = join_catalogs(ours, imported())
    assert len(both) == len(ours) + 1
    assert both.names[both.row_of[RICE]] == ours.names[ours.row_of[RICE]]
    assert both.names[both.row_of[NEW]] == "A new food"
    assert not both.suits[both.row_of[NEW]].all()


def test_every_column_stays_with_its_food() -> None:
    ours = load_catalog()
    both = join_catalogs(ours, imported())
    assert (np.diff(both.codes) > 0).all()
    for code in (MILK, RICE):
        i, j = ours.row_of[code], both.row_of[code]
        assert (ours.per_100g[i] == both.per_100g[j]).all()
        assert (ours.contains[i] == both.contains[j]).all()
        assert ours.words[i] == both.words[j]


def test_the_versions_of_both_are_told_and_nothing_can_be_written() -> None:
    ours, more = load_catalog(), imported()
    both = join_catalogs(ours, more)
    assert both.version == f"{ours.version}+{more.version}"
    with pytest.raises(ValueError, match="read-only"):
        both.per_100g[0, 0] = 1
