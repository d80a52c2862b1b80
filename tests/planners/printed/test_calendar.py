"""The calendar, read by a parser that knows only the RFC."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.make import make_plan
from planners.plan import plan_json
from planners.printed import calendar_ics
from planners.printed.calendar import escaped, folded
from tests.planners.printed.ics_reader import Component, read_calendar, unfolded
from tests.planners.printed.plans import HARM, harmful_menu, harmful_training, real
from tests.planners.workout.requests import workout

STAMP = datetime(2026, 11, 12, 6, 30, 15, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def events(kind: str, name: str = "plan-1") -> list[Component]:
    return read_calendar(calendar_ics(real(kind), name=name, stamp=STAMP)).inner


def start(event: Component) -> str:
    return event.properties["DTSTART"][1]


def test_the_calendar_says_what_a_calendar_must() -> None:
    calendar = read_calendar(calendar_ics(harmful_menu(), name="x", stamp=STAMP))
    assert calendar.properties["VERSION"] == ("", "2.0")
    assert calendar.properties["PRODID"][1]
    for event in calendar.inner:
        assert event.name == "VEVENT"
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= event.properties.keys()
        assert event.properties["DTSTAMP"] == ("", "20261112T063015Z")


def test_each_training_day_is_an_event_of_the_whole_day() -> None:
    days = [day for week in real("workout")["weeks"] for day in week["days"] if day["exercises"]]
    for event, day in zip(events("workout"), days, strict=True):
        on = date.fromisoformat(day["date"])
        assert event.properties["DTSTART"] == (";VALUE=DATE", f"{on:%Y%m%d}")
        assert event.properties["DTEND"] == (";VALUE=DATE", f"{on + timedelta(days=1):%Y%m%d}")
        assert event.properties["TRANSP"][1] == "TRANSPARENT"
        for exercise in day["exercises"]:
            assert f"- {exercise['name']}: {exercise['sets']} × " in event.text("DESCRIPTION")


def test_each_day_of_a_menu_is_an_event_with_its_foods() -> None:
    days = real("nutrition")["days"]
    for event, day in zip(events("nutrition"), days, strict=True):
        assert start(event) == day["date"].replace("-", "")
        assert event.text("SUMMARY") == (
            f"Menu: {day['nutrients']['energy_kcal']:,.0f} kcal, ${day['cost_usd']:.2f}"
        )
        for item in (item for meal in day["meals"] for item in meal["items"]):
            assert f"- {item['name']}: {item['measure']}" in event.text("DESCRIPTION").split("\n")


@pytest.mark.parametrize("kind", ["nutrition", "workout"])
def test_a_uid_is_of_one_plan_and_day_and_stays(kind: str) -> None:
    first, again, other = (events(kind, name) for name in ("plan-1", "plan-1", "plan-2"))
    uids = [event.text("UID") for event in first]
    assert len(set(uids)) == len(uids)
    assert uids == [event.text("UID") for event in again]
    assert set(uids).isdisjoint(event.text("UID") for event in other)
    assert uids[0] == f"plan-1-{real(kind)['start_date']}@reveille"


def test_a_stamp_is_told_in_utc_and_must_have_a_zone() -> None:
    there = STAMP.astimezone(timezone(timedelta(hours=9)))
    assert calendar_ics(harmful_menu(), name="x", stamp=there) == calendar_ics(
        harmful_menu(), name="x", stamp=STAMP
    )
    with pytest.raises(ValueError, match="time zone"):
        calendar_ics(harmful_menu(), name="x", stamp=STAMP.replace(tzinfo=None))


def test_the_last_day_of_a_year_ends_in_the_next() -> None:
    (event,) = read_calendar(calendar_ics(harmful_menu(), name="x", stamp=STAMP)).inner
    assert event.properties["DTEND"][1] == "20270101"


def test_a_day_of_rest_is_no_event_and_every_dose_is_told() -> None:
    (event,) = read_calendar(calendar_ics(harmful_training("Name"), name="x", stamp=STAMP)).inner
    assert event.text("SUMMARY") == "Training: Name, 42.1 min"
    assert event.text("DESCRIPTION").split("\n") == [
        "RPE 5.42, load 228, 228 kcal",
        "- Name: 1 × 5, 32.5 kg, RPE 7.5, rest 2:30, Name",
        "- Name: 2 × 1:35 min, 6:49 /km, Name",
        "- Name: 3 × 40 m, 45 kg, 5:00 /km, RPE 9, Name",
    ]


def test_text_that_means_harm_stays_text() -> None:
    harm = f"{HARM}\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:x;y,z\\n\x07"
    (event,) = read_calendar(calendar_ics(harmful_menu(harm), name="x", stamp=STAMP)).inner
    told = harm.replace("\r\n", "\n").replace("\x07", "")
    assert told in event.text("DESCRIPTION")


@settings(derandomize=True, max_examples=300)
@given(TEXT)
def test_any_text_comes_back_but_for_control_characters(text: str) -> None:
    stream = f"BEGIN:VCALENDAR\r\n{folded('SUMMARY:' + escaped(text))}\r\nEND:VCALENDAR\r\n"
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in kept if c in "\t\n" or not (c < " " or c == "\x7f"))
    assert read_calendar(stream).text("SUMMARY") == kept


@pytest.mark.parametrize("size", [74, 75, 76, 148, 149, 150])
def test_lines_are_folded_at_75_octets(size: int) -> None:
    for line in ("x" * size, "é" * size, "🥦" * size):
        made = folded(line)
        assert unfolded(made + "\r\n") == [line]
        assert ("\r\n" in made) == (len(line.encode()) > 75)


def test_a_plan_planned_anew_replaces_its_events_and_calls_off_what_is_gone() -> None:
    first, day = workout(), "2026-12-05"
    changed = workout(today="2026-12-02", log=[{"date": day, "status": "skipped"}])
    before, after = (plan_json(make_plan(request)) for request in (first, changed))
    later = STAMP + timedelta(days=20)
    one = read_calendar(calendar_ics(before, name="anna", stamp=STAMP)).inner
    two = read_calendar(calendar_ics(after, name="anna", stamp=later)).inner
    old, new = ({event.text("UID"): event for event in events} for events in (one, two))
    assert set(old) <= set(new)
    for uid, event in old.items():
        assert int(new[uid].text("SEQUENCE")) > int(event.text("SEQUENCE"))
        assert new[uid].properties["LAST-MODIFIED"][1] == f"{later:%Y%m%dT%H%M%SZ}"
    off = {uid for uid, event in new.items() if "STATUS" in event.properties}
    trained = {d["date"] for week in after["weeks"] for d in week["days"]}
    assert f"anna-{day}@reveille" in off
    assert {uid.removeprefix("anna-").removesuffix("@reveille") for uid in set(new) - off} == trained
    assert all(new[uid].text("STATUS") == "CANCELLED" for uid in off)
    assert not any("STATUS" in event.properties for event in one)
