"""The page of a menu is the plan: every item, every figure, no text unescaped."""

import json
import re
from datetime import date

import pytest

from planners.printed import menu_page
from planners.printed.names import HEI_MOST, NUTRIENTS, nutrient
from tests.planners.printed.page_reader import Node, read_page, shown_agrees
from tests.planners.printed.plans import HARM, Json, harmful_menu, real, request


@pytest.fixture(scope="module")
def plan() -> Json:
    return real("nutrition")


@pytest.fixture(scope="module")
def page(plan: Json) -> Node:
    return read_page(menu_page(plan, request("nutrition")))


def rows(table: Node) -> dict[str, Node]:
    """The rows of the bodies by the text of their heads."""
    return {row.one("th").text(): row for body in table.all("tbody") for row in body.all("tr")}


def test_each_day_is_a_block_with_its_sums_meals_and_limits(plan: Json, page: Node) -> None:
    blocks = page.all("section", "day")
    assert [block.dates() for block in blocks] == [[day["date"]] for day in plan["days"]]
    for block, day in zip(blocks, plan["days"], strict=True):
        expected = [day["nutrients"]["energy_kcal"], day["cost_usd"], day["hei_2020"]["total"]]
        for meal in day["meals"]:
            expected.append(meal["kcal"])
            for item in meal["items"]:
                expected += [item["grams"], item["cost_usd"]]
        for name in (name for name in NUTRIENTS if name in day["targets"]):
            target = day["targets"][name]
            expected += [day["nutrients"][name], *(target[side] for side in ("min", "max") if side in target)]
        assert block.values() == expected


def test_each_food_stands_in_its_meal_with_its_household_measure(plan: Json, page: Node) -> None:
    for block, day in zip(page.all("section", "day"), plan["days"], strict=True):
        bodies = block.one("div", "two").all("tbody")
        for body, meal in zip(bodies, day["meals"], strict=True):
            head, *lines = body.all("tr")
            assert head.text().startswith(meal["slot"].replace("_", " ").capitalize())
            told = [line.texts("td")[:2] for line in lines]
            assert told == [[item["name"], item["measure"]] for item in meal["items"]]


def test_the_weeks_tables_hold_every_nutrient_of_every_day(plan: Json, page: Node) -> None:
    tables = page.all("div", "matrix")[::2]
    for table, week in zip(tables, plan["weeks"], strict=True):
        days = [d for d in plan["days"] if week["first_day"] <= d["day"] <= week["last_day"]]
        assert table.dates() == [day["date"] for day in days]
        found = rows(table)
        assert list(found) == [" ".join(nutrient(name)) for name in NUTRIENTS]
        for name, row in zip(NUTRIENTS, found.values(), strict=True):
            target = week["targets"].get(name, {})
            limits = [target[side] for side in ("min", "max") if side in target]
            daily = [day["nutrients"][name] for day in days]
            assert row.values() == [week["nutrients"][name], *limits, *daily]


def test_the_eating_index_is_told_with_every_component(plan: Json, page: Node) -> None:
    for table, week in zip(page.all("div", "matrix")[1::2], plan["weeks"], strict=True):
        days = [d for d in plan["days"] if week["first_day"] <= d["day"] <= week["last_day"]]
        scores = [week["hei_2020"], *(day["hei_2020"] for day in days)]
        total, *components = rows(table).values()
        assert total.values() == [score["total"] for score in scores]
        for name, row in zip(HEI_MOST, components, strict=True):
            assert row.values() == [score["components"][name] for score in scores]


def test_the_shopping_list_holds_every_purchase_once(plan: Json, page: Node) -> None:
    lines = [row for row in page.by_id("shopping").one("div", "list").all("tr") if row.all("data")]
    told = sorted((*line.texts("td")[2:3], *line.values()) for line in lines)
    assert told == sorted((p["measure"], p["grams"], p["cost_usd"]) for p in plan["shopping_list"])
    text = page.by_id("shopping").text()
    assert all(purchase["name"] in text for purchase in plan["shopping_list"])
    assert f"${sum(p['cost_usd'] for p in plan['shopping_list']):,.2f} in all" in text
    assert f"prices of {plan['versions']['prices']}" in text


def test_every_limit_tells_its_source(plan: Json, page: Node) -> None:
    text = page.text()
    for week in plan["weeks"]:
        assert [t["source"] for t in week["targets"].values() if t["source"] not in text] == []


def test_warnings_versions_and_the_gap_are_told(plan: Json, page: Node) -> None:
    text = page.text()
    assert [warning for warning in plan["warnings"] if warning not in text] == []
    assert [version for version in plan["versions"].values() if version not in text] == []
    assert f"seed {plan['solution']['seed']}" in text


def test_shown_figures_are_the_exact_ones_rounded(page: Node) -> None:
    assert [node.text() for node in page.all("data") if not shown_agrees(node)] == []


def test_allergies_and_diets_are_told_before_the_menu(page: Node) -> None:
    told = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert list(told)[:2] == ["Without", "Diet"]
    assert told["Without"] == "peanut, tree nut"
    assert told["Diet"] == "lactose free"
    assert told["Budget"] == "$14.50 a day"
    assert told["Not liked"] == "liver"


def test_a_page_without_its_request_tells_nothing_of_it(plan: Json) -> None:
    assert read_page(menu_page(plan)).all("dl") == []


def test_a_stored_plan_whose_members_lost_their_order_gives_the_same_page(plan: Json) -> None:
    stored = json.loads(json.dumps(plan, sort_keys=True))
    assert menu_page(stored) == menu_page(plan)


def test_no_text_of_a_plan_becomes_markup() -> None:
    html = menu_page(harmful_menu(), {**request("nutrition"), "dislikes": [HARM], "likes": [HARM]})
    page = read_page(html)
    assert page.all("script") == []
    assert page.text().count(HARM) == 11
    assert "<script" not in html


def test_the_page_needs_nothing_from_elsewhere(page: Node, plan: Json) -> None:
    assert not re.search(r"""https?://|src=|@import|url\(|<link|style=""", menu_page(plan))
    names = {node.name for node in page.walk()}
    assert names.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})


def test_a_miss_is_told_in_signs_and_words_not_in_colour() -> None:
    day = read_page(menu_page(harmful_menu())).one("section", "day")
    assert [node.text() for node in day.all("span", "missed")] == ["▼ 4.7 % below"]
    assert "Water 900 g (at most 900) ✓" in day.text()


def test_a_locked_food_says_so() -> None:
    assert read_page(menu_page(harmful_menu())).one("section", "day").text().count("(locked)") == 2


def test_a_superseded_plan_says_so_at_the_top(plan: Json) -> None:
    told = {**plan, "id": "0189-1", "state": "superseded"}
    page = read_page(menu_page(told))
    assert "newer plan" in page.one("section", "warnings").text()
    assert "Plan 0189-1" in page.one("footer").text()


def test_ids_are_unique_and_links_lead_somewhere(page: Node) -> None:
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))


def test_the_title_tells_the_dates(page: Node, plan: Json) -> None:
    assert page.one("title").text() == page.one("h1").text() == "Menu for 28 December 2026 to 4 January 2027"
    assert date.fromisoformat(plan["days"][-1]["date"]) == date(2027, 1, 4)
