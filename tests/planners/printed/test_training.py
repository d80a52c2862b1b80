"""The page of a training plan is the plan: every session, every exercise, every figure."""

import json
import re

import pytest

from planners.printed import training_page
from planners.printed.names import EVENTS
from planners.printed.sessions import anchor
from tests.planners.printed.page_reader import Node, read_page, shown_agrees
from tests.planners.printed.plans import HARM, Json, harmful_training, real, request

FIGURES = ("sets", "reps", "seconds", "distance_m", "load_kg", "pace_s_per_km", "rpe", "rest_s")


@pytest.fixture(scope="module")
def plan() -> Json:
    return real("workout")


@pytest.fixture(scope="module")
def page(plan: Json) -> Node:
    return read_page(training_page(plan, request("workout")))


def test_each_week_holds_its_sessions_in_order(plan: Json, page: Node) -> None:
    for week in plan["weeks"]:
        block = page.by_id(f"week-{week['week']}")
        assert block.dates() == [day["date"] for day in week["days"] if day["exercises"]]
        assert week["phase"] in block.one("h2").text()


def test_each_session_tells_its_sums_and_every_exercise(plan: Json, page: Node) -> None:
    for day in (day for week in plan["weeks"] for day in week["days"] if day["exercises"]):
        block = page.by_id(anchor(day))
        expected = [day["minutes"], day["rpe"], day["load"], day["kcal"]]
        for each in day["exercises"]:
            expected += [
                each[name] for name in FIGURES if each.get(name) and (name != "rest_s" or each[name])
            ]
        assert block.values() == expected
        lines = [row.texts("td")[0] for row in block.one("tbody").all("tr")]
        told = [f"{e['name']} ({e['note']})" if e["note"] else e["name"] for e in day["exercises"]]
        assert lines == told


def test_the_calendar_leads_to_every_session(plan: Json, page: Node) -> None:
    ids = {node.attributes.get("id") for node in page.walk()}
    links = [str(node.attributes["href"]) for node in page.all("a")]
    days = [day for week in plan["weeks"] for day in week["days"] if day["exercises"]]
    assert {link.removeprefix("#") for link in links} <= ids
    assert [link for link in links if link.startswith("#d-")] == [f"#{anchor(day)}" for day in days]


def test_the_calendar_tells_each_weeks_minutes_and_load(plan: Json, page: Node) -> None:
    found = page.one("div", "calendar").values()
    assert found == [week[name] for week in plan["weeks"] for name in ("minutes", "load")]


def test_bars_are_in_proportion_to_the_load(plan: Json, page: Node) -> None:
    most = max(week["load"] for week in plan["weeks"])
    widths = [int(node.attributes["width"] or 0) for node in page.all("rect")]
    assert widths == [round(120 * week["load"] / most) for week in plan["weeks"]]


def test_the_prediction_is_told_for_every_event(plan: Json, page: Node) -> None:
    assert plan["prediction"]
    table = next(t for t in page.all("table") if "Cautious" in t.text())
    told = {row.one("th").text(): row.values() for row in table.one("tbody").all("tr")}
    for name, each in plan["prediction"].items():
        order = ("now", "expected", "points", "cautious", "points_cautious")
        assert told[EVENTS[name]] == [each[key] for key in order if key in each]


def test_every_rule_is_told_with_its_limit_and_value(plan: Json, page: Node) -> None:
    table = next(t for t in page.all("table") if t.text().startswith("RuleLimit"))
    told = [(row.texts("td")[0], *row.values()) for row in table.one("tbody").all("tr")]
    assert sorted(told) == sorted((c["limit"], c["value"]) for c in plan["checks"].values())


def test_reasons_and_warnings_are_told(plan: Json, page: Node) -> None:
    lines = page.texts("li")
    assert [reason for reason in (*plan["because"], *plan["warnings"]) if reason not in lines] == []


def test_shown_figures_are_the_exact_ones_rounded(page: Node) -> None:
    assert [node.text() for node in page.all("data") if not shown_agrees(node)] == []


def test_what_must_be_spared_is_told_first(page: Node) -> None:
    told = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert next(iter(told)) == "Spared"
    assert told["Spared"] == "shoulder"
    assert told["Goal"] == "Fitness test: AFT on 25 January 2027, general standard, 350 points wanted"


def test_a_stored_plan_whose_members_lost_their_order_gives_the_same_page(plan: Json) -> None:
    stored = json.loads(json.dumps(plan, sort_keys=True))
    assert training_page(stored) == training_page(plan)


def test_no_text_of_a_plan_becomes_markup() -> None:
    html = training_page(harmful_training())
    page = read_page(html)
    assert page.all("script") == []
    assert "<script" not in html
    assert page.text().count(HARM) == 13
    assert not re.search(r"""https?://|src=|@import|url\(|<link|style=""", html)


def test_doses_are_told_in_the_plans_unit_and_in_pounds_and_miles() -> None:
    block = read_page(training_page(harmful_training())).by_id("d-2026-12-31")
    told = [" ".join(node.text().split()) for node in block.all("td", "dose")]
    assert told == [
        "1 × 5 at 32.5 kg (72 lb)",
        "2 × 1:35 min at 6:49 /km (10:58 /mi)",
        "3 × 40 m at 45 kg (99 lb) at 5:00 /km (8:03 /mi)",
    ]


def test_a_day_of_rest_is_no_session() -> None:
    page = read_page(training_page(harmful_training()))
    assert page.by_id("week-1").dates() == ["2026-12-31"]


def test_a_rule_that_is_missed_comes_first_and_says_so() -> None:
    table = next(
        t for t in read_page(training_page(harmful_training())).all("table") if "RuleLimit" in t.text()
    )
    first, second = table.one("tbody").all("tr")
    assert (first.one("th").text(), first.texts("td")[-1]) == ("Monotony", "missed")
    assert second.texts("td")[-1] == "✓"


def test_a_plan_without_a_test_has_no_table_of_it() -> None:
    page = read_page(training_page({**harmful_training(), "prediction": {}}))
    assert "On the test day" not in page.texts("h2")


def test_the_page_tells_exclusions_a_birth_and_waivers_with_what_is_spared(plan: Json) -> None:
    asked = request("workout")
    asked = {
        **asked,
        "restrictions": ["shoulder"],
        "excluded_exercises": ["bench_dip"],
        "postpartum_weeks": 9,
        "test": {"name": "aft", "date": "2027-01-25", "standard": "general", "waived": ["2MR"]},
    }
    told = read_page(training_page(plan, asked)).one("dl").texts("dd")
    assert told[0] == "shoulder, without bench dip, 9 weeks after a birth, 2MR waived"
