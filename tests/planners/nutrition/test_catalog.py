"""The catalogue as arrays: the real file, and what becomes of a damaged one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from planners.errors import CatalogueError
from planners.nutrition.catalog import Kitchen, load_catalog, read_catalog
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS, ROLES
from planners.spec import Allergen, Diet
from tests.planners.nutrition.catalog_text import BEANS, BUTTER, MILK, RICE, SALMON, TEXT, changed

CATALOG = load_catalog()


def names(mask: np.ndarray) -> list[str]:
    return [CATALOG.names[row] for row in np.flatnonzero(mask)]


def test_it_holds_at_least_400_foods_in_the_order_of_their_codes() -> None:
    assert len(CATALOG) >= 400
    assert (np.diff(CATALOG.codes) > 0).all()


def test_every_array_has_a_row_for_every_food_and_cannot_be_written() -> None:
    columns = {
        "per_100g": len(NUTRIENTS),
        "patterns_per_100g": len(PATTERNS),
        "contains": len(Allergen),
        "suits": len(Diet),
        "roles": len(ROLES),
    }
    for field in dataclasses.fields(CATALOG):
        value = getattr(CATALOG, field.name)
        if isinstance(value, np.ndarray):
            wide = columns.get(field.name)
            assert value.shape == ((len(CATALOG), wide) if wide else (len(CATALOG),)), field.name
            with pytest.raises(ValueError, match="read-only"):
                value[0] = value[0]
        elif isinstance(value, tuple):
            assert len(value) == len(CATALOG), field.name


def test_it_is_read_once() -> None:
    assert load_catalog() is CATALOG


def test_a_code_leads_to_its_row() -> None:
    row = CATALOG.row_of[MILK]
    assert CATALOG.codes[row] == MILK
    assert CATALOG.names[row] == "Low-fat milk (1%)"
    assert 1 not in CATALOG.row_of


def test_figures_are_per_100_g_in_the_units_of_the_names() -> None:
    """Low-fat milk and butter of FNDDS 2017-2018, looked up by hand."""
    milk = dict(zip(NUTRIENTS, CATALOG.per_100g[CATALOG.row_of[MILK]], strict=True))
    assert (milk["energy_kcal"], milk["calcium_mg"], milk["vitamin_d_ug"]) == (43, 126, 1.1)
    butter = dict(zip(NUTRIENTS, CATALOG.per_100g[CATALOG.row_of[BUTTER]], strict=True))
    assert (butter["energy_kcal"], butter["fat_g"], butter["sodium_mg"]) == (717, 81.11, 643)
    patterns = dict(zip(PATTERNS, CATALOG.patterns_per_100g[CATALOG.row_of[MILK]], strict=True))
    assert patterns["dairy_cup"] == 0.41


def test_portions_are_a_whole_number_of_steps_apart() -> None:
    steps = (CATALOG.largest - CATALOG.smallest) / CATALOG.step
    assert np.allclose(steps, np.round(steps))
    assert (CATALOG.smallest > 0).all()
    assert (steps >= 0).all()


def test_an_empty_tag_counts_as_contains_and_as_unsuited() -> None:
    tagless = {f"contains_{a}": "" for a in Allergen} | {f"suits_{d}": "" for d in Diet}
    catalog = read_catalog(changed({RICE: {**tagless, "kosher_kind": ""}}))
    row = catalog.row_of[RICE]
    assert catalog.contains[row].all()
    assert not catalog.suits[row].any()
    assert catalog.kosher_meat[row]
    assert catalog.kosher_dairy[row]


def test_a_food_without_a_role_is_read_and_plays_none() -> None:
    catalog = read_catalog(changed({RICE: {"roles": ""}}))
    assert not catalog.roles[catalog.row_of[RICE]].any()


@pytest.mark.parametrize(
    ("column", "cell", "complaint"),
    [
        ("energy_kcal", "", "must be a number, not ''"),
        ("energy_kcal", "n/a", "must be a number, not 'n/a'"),
        ("energy_kcal", "nan", "must be a finite number of at least 0"),
        ("energy_kcal", "inf", "must be a finite number of at least 0"),
        ("energy_kcal", "-1", "must be a finite number of at least 0"),
        ("usd_per_100g", "0", "at least 1e-06"),
        ("measure_g", "0", "at least 1e-06"),
        ("step", "0", "at least 0.01"),
        ("largest", "2.3", "whole number of steps"),
        ("largest", "0.25", "whole number of steps"),
        ("contains_milk", "maybe", 'must be "yes", "no" or empty'),
        ("suits_vegan", "Yes", 'must be "yes", "no" or empty'),
        ("kosher_kind", "fish", "must be one of meat, dairy, neutral"),
        ("kitchen", "", "must be one of no_cook"),
        ("roles", "grain supper", "'supper' is not one of breakfast_main"),
        ("name", " ", "is empty"),
    ],
)
def test_a_damaged_cell_is_named_with_its_line_and_column(column: str, cell: str, complaint: str) -> None:
    line = 2 + 1 + CATALOG.row_of[RICE]
    with pytest.raises(CatalogueError) as caught:
        read_catalog(changed({RICE: {column: cell}}))
    assert str(caught.value).startswith(f"foods.csv, line {line}, column {column}: ")
    assert complaint in str(caught.value)


def test_a_name_that_holds_a_line_break_does_not_shift_the_line_numbers_wrongly() -> None:
    text = changed({MILK: {"keywords": "one\ntwo"}, RICE: {"step": "x"}})
    broken = next(i for i, line in enumerate(text.splitlines(), 1) if line.startswith(f"{RICE},"))
    with pytest.raises(CatalogueError, match=f"line {broken}, column step"):
        read_catalog(text)


def lines_of(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda lines: [], "line 1: must say the version"),
        (lambda lines: ["# foods\n", *lines[1:]], "line 1: must say the version"),
        (lambda lines: [lines[0], lines[1].replace("name", "title", 1), *lines[2:]], "line 2: these are not"),
        (lambda lines: lines[:1], "line 2: these are not"),
        (lambda lines: lines[:2], "holds no food"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "line 4, column code"),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], "line 4, column code"),
        (lambda lines: [*lines[:-1], lines[-1].rsplit(",", 1)[0] + "\n"], "cells, the table has"),
        (lambda lines: [*lines[:-1], lines[-1].rstrip("\n") + ",1\n"], "cells, the table has"),
        (lambda lines: [*lines[:2], lines[2].replace("11111000", "2.00E+07", 1)], "must be eight digits"),
    ],
)
def test_a_damaged_file_is_refused(damage: object, complaint: str) -> None:
    with pytest.raises(CatalogueError, match=complaint):
        read_catalog("".join(damage(lines_of(TEXT))))  # type: ignore[operator]


def test_words_find_foods_by_name_and_by_keyword_in_singular_and_plural() -> None:
    salmon = names(CATALOG.mentioning("salmon"))
    assert CATALOG.names[CATALOG.row_of[SALMON]] in salmon
    assert all("almon" in name for name in salmon)
    for word in ("bean", "beans", "Beans", "BEANS "):
        assert CATALOG.mentioning(word)[CATALOG.row_of[BEANS]], word
    assert (CATALOG.mentioning("berries") == CATALOG.mentioning("berry")).all()
    assert names(CATALOG.mentioning("liver")) == ["Braised beef liver", "Chicken livers, braised"]
    assert CATALOG.mentioning("fish")[CATALOG.row_of[SALMON]]


def test_every_word_of_a_phrase_must_be_there() -> None:
    both = CATALOG.mentioning("peanut butter")
    assert (both == CATALOG.mentioning("peanut") & CATALOG.mentioning("butter")).all()
    assert "Peanut butter" in names(both)
    assert "Butter" not in names(both)


@pytest.mark.parametrize("word", ["", " ", "...", "zzz"])
def test_a_word_that_says_nothing_finds_nothing(word: str) -> None:
    assert not CATALOG.mentioning(word).any()


def test_part_of_a_word_finds_nothing() -> None:
    """A dislike of "ham" is no dislike of hamburgers, nor one of "pea" a dislike of peanuts."""
    assert "Hamburger on a bun" not in names(CATALOG.mentioning("ham"))
    assert "Peanut butter" not in names(CATALOG.mentioning("pea"))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0.5, "1/2 cup"),
        (1, "1 cup"),
        (0.25, "1/4 cup"),
        (1.5, "1 1/2 cups"),
        (2, "2 cups"),
        (1.2, "1.2 cups"),
    ],
)
def test_an_amount_is_told_in_household_measures(amount: float, words: str) -> None:
    assert CATALOG.household(CATALOG.row_of[MILK], amount) == words


def test_most_menus_need_no_dining_facility() -> None:
    served = [kitchen == Kitchen.DINING_FACILITY for kitchen in CATALOG.kitchens]
    assert np.mean(served) < 0.1
