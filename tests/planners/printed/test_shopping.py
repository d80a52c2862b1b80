"""The shopping list as a table for other programs."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.printed import shopping_csv
from tests.planners.printed.plans import harmful_menu, real

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_the_lines_are_those_of_the_plan_figure_for_figure() -> None:
    plan = real("nutrition")
    for line, each in zip(table(shopping_csv(plan)), plan["shopping_list"], strict=True):
        assert int(line["food_code"]) == each["food_code"]
        assert line["name"] == each["name"]
        assert (float(line["grams"]), float(line["cost_usd"])) == (each["grams"], each["cost_usd"])
        assert f"{line['units']} × {line['unit']}" == each["measure"]
        assert int(line["units"]) >= 1


def test_it_is_as_the_rfc_says() -> None:
    text = shopping_csv(harmful_menu())
    assert text.startswith("food_code,name,units,unit,grams,cost_usd\r\n")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert '"plain, name"' in text


def test_what_a_spreadsheet_takes_for_a_formula_is_made_harmless() -> None:
    first, _, last = table(shopping_csv(harmful_menu()))
    assert first["name"] == "'=SUM(A1:A9)"
    assert (first["units"], first["unit"]) == ("2", "15 oz can")
    assert (last["units"], last["unit"]) == ("", "'+1 × bag")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "\t@", "\u00a0=", "＝", "＠"])
def test_every_start_of_a_formula_is_known(start: str) -> None:
    (line,) = [line for line in table(shopping_csv(harmful_menu(f"{start}cmd|x"))) if "cmd" in line["name"]]
    assert line["name"] == f"'{start}cmd|x"
    assert line["unit"] == f"'{start}cmd|x"


@pytest.mark.parametrize("name", ["1-2 apples", "a=b", "'quoted'", "½ loaf", "a\n=b"])
def test_other_texts_stay_as_they_are(name: str) -> None:
    assert table(shopping_csv(harmful_menu(name)))[1]["name"] == name


@settings(derandomize=True, max_examples=200)
@given(TEXT)
def test_any_text_comes_back_but_for_the_apostrophe(text: str) -> None:
    line = table(shopping_csv(harmful_menu(text)))[1]
    assert line["name"] in (text, f"'{text}")
    assert not line["name"].lstrip().startswith(("=", "+", "-", "@"))
