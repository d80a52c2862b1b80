"""docs/planners/tests.md says what the code does: every figure of its tables, and those of its sentences."""

import re
from pathlib import Path

import pytest

from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests import RULES, table_for
from planners.workout.tests.effort import WEEKLY_GAIN, WEEKLY_GAIN_HELD, WEEKLY_GAIN_TIMED
from planners.workout.tests.rules import Combine, Event, Rules, Unit

PAGE = Path(__file__).parents[4] / "docs" / "planners" / "tests.md"
TEXT = PAGE.read_text(encoding="utf-8")
FLOWING = " ".join(TEXT.split())


def result_cell(test: FitnessTest, event: Event, sex: Sex) -> str:
    table = table_for(test, event.name, sex, 25, Standard.GENERAL, 0)
    if table is None:
        return "unknown"
    least = table.row_for(RULES[test].minimum[event.name])
    assert least is not None
    best = table.rows[-1].threshold
    return f"{least.threshold:g}" if least.threshold == best else f"{least.threshold:g} … {best:g}"


def event_line(test: FitnessTest, event: Event, first: bool) -> str:
    cells = (
        f"{'' if first else 'or '}`{event.name}`",
        event.text,
        event.unit,
        f"{event.least:g}-{event.most:g}",
        result_cell(test, event, Sex.MALE),
        result_cell(test, event, Sex.FEMALE),
    )
    return f"| {' | '.join(cells)} |"


def rule_line(rules: Rules, standard: Standard) -> str:
    rule = rules.standards[standard]
    scored = rules.combine is not Combine.NONE
    grades = ", ".join(
        f"{g.total:g} {g.name}{' ' + g.level if g.level else ''}{f' ({g.each:g} each)' if g.each else ''}"
        for g in rules.grades
    )
    cells = (
        f"`{rules.test}`",
        standard,
        f"{rules.combine} ≥ {rule.total:g} of {rules.most_total:g}" if scored else "none",
        " or ".join(f"{m:g}" for m in sorted(set(rules.minimum.values()))) if scored else "the standard",
        "men, for both sexes" if rule.male_charts else "own sex",
        grades or "—",
    )
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("test", list(FitnessTest))
def test_every_event_stands_in_its_section_with_its_figures(test: FitnessTest) -> None:
    rules = RULES[test]
    section = TEXT.split(f"## {rules.title} (`{test}`)")[1].split("\n## ")[0]
    expected = [event_line(test, event, i == 0) for group in rules.groups for i, event in enumerate(group)]
    assert [line for line in section.splitlines() if "`" in line and line.startswith("|")] == expected
    assert f"Version: {rules.version}. Source: {rules.source}." in section


def test_every_standard_stands_in_the_table_of_what_passes() -> None:
    lines = TEXT.split("## What passes")[1].split("\n## ")[0].strip().splitlines()
    assert lines[2:] == [rule_line(rules, s) for rules in RULES.values() for s in rules.standards]


def test_the_weekly_gains_of_the_page_are_those_of_the_code() -> None:
    said = re.search(
        r"a weekly gain of (\S+) % for a lift, (\S+) % for repetitions and holds, (\S+) % for shuttles, "
        r"(\S+) % for times and (\S+) % for the waist",
        FLOWING,
    )
    assert said is not None
    gains = [WEEKLY_GAIN[Unit.POUNDS], WEEKLY_GAIN[Unit.REPS], WEEKLY_GAIN[Unit.SHUTTLES]]
    assert [float(figure) / 100 for figure in said.groups()] == pytest.approx(
        [*gains, WEEKLY_GAIN_TIMED, WEEKLY_GAIN[Unit.RATIO]]
    )
    assert WEEKLY_GAIN[Unit.REPS] == WEEKLY_GAIN_HELD


@pytest.mark.parametrize(
    ("test", "event", "age", "altitude_ft", "result", "points", "sentence"),
    [
        (FitnessTest.AFT, "2MR", 47, 0, 1305, 71, "so 1305 s earns 71"),
        (FitnessTest.AFT, "2MR", 52, 0, 1441, 61, "so 1441 s earns 61"),
        (FitnessTest.AFT, "2MR", 57, 0, 1244, 76, "the same 1244 s, which earns 76"),
        (FitnessTest.USMC_CFT, "MANUF", 33, 4_500, 306, 56, "so that 306 s earns 56"),
        (FitnessTest.USMC_CFT, "MANUF", 33, 4_500, 352, 40, "down to 40 at 352 s"),
    ],
)
def test_the_decided_oddities_are_as_the_page_says(
    test: FitnessTest, event: str, age: int, altitude_ft: float, result: float, points: float, sentence: str
) -> None:
    table = table_for(test, event, Sex.FEMALE, age, Standard.GENERAL, altitude_ft)
    assert table is not None
    assert table.points(result) == points
    assert sentence in FLOWING
