"""What docs/planners/adaptation.md says, held against the code."""

from __future__ import annotations

import dataclasses
import doctest
from pathlib import Path

from planners.spec import WorkoutRequest
from planners.workout.adapt import evidence, learned, past, progress, running, strength
from planners.workout.history import AFTER_MORE, AFTER_ONE_WEEK
from planners.workout.limits import LEAST_LOGGED, SHORTEST_LONG_MIN
from planners.workout.reflow.replan import GONE_SHARE, LIGHT_SHARE
from tests.planners.page_tables import rows_under

PAGE = Path(__file__).parents[3] / "docs" / "planners" / "adaptation.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_examples_print_what_the_page_says() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 8
    assert result.failed == 0


def test_the_bounds_of_the_lists_are_those_of_the_request() -> None:
    longest = {f.name: f.metadata.get("longest") for f in dataclasses.fields(WorkoutRequest)}
    for name, (_, most) in rows_under(TEXT, "field").items():
        assert longest[name] == int(most)


def test_half_lives_and_ages_are_those_of_the_code() -> None:
    rows = {name: float(cells[0]) for name, cells in rows_under(TEXT, "entry").items()}
    assert rows == {
        "sets": strength.HALF_LIFE,
        "maxima": strength.KNOWN_HALF_LIFE,
        "results": strength.KNOWN_HALF_LIFE,
        "runs": running.HALF_LIFE,
    }
    assert f"older than {evidence.OLDEST_DAYS // 7} weeks" in TEXT
    assert strength.FRESH_DAYS == running.FRESH_DAYS == progress.RECENT_DAYS == past.WINDOW_DAYS == 28


def test_shares_of_effort_are_those_of_the_code() -> None:
    rows = rows_under(TEXT, "RPE of the run")
    assert tuple(map(float, rows)) == running.RPES
    held_back = [float(cells[0]) for cells in list(rows.values())[:-1]]
    assert tuple(held_back) == running.SHARES[:-1]
    assert [float(cells[1]) for cells in rows.values()] == [running.HELD_BACK] * 4 + [running.RACE]
    assert f"the deviation {running.RESULT:g}, a guess of VDOT {running.GUESSED:g}" in TEXT


def test_the_return_after_a_break_is_that_of_the_code() -> None:
    rows = rows_under(TEXT, "weeks without training")
    assert [tuple(map(float, cells[0].split(","))) for cells in rows.values()] == [AFTER_ONE_WEEK, AFTER_MORE]
    assert f"at most {LIGHT_SHARE:.2f} of the last loading week" in TEXT
    assert f"at most {GONE_SHARE:.2f} went by" in TEXT


def test_deviations_and_bounds_are_those_of_the_code() -> None:
    cells = rows_under(TEXT, "symbol")
    spread = f"{strength.GUESSED_LIFT:g} lifts, {strength.GUESSED_COUNT:g} repetitions and holds"
    assert cells["√v₀"][2].startswith(f"{spread}, {strength.TESTED:g} a test result")
    assert cells["τ"][2].startswith(f"{strength.SHARE:g} ")
    bounds = rows_under(TEXT, "quantity")
    assert bounds["starting load"][1].startswith(f"at least {LEAST_LOGGED:g} of the guess")
    assert bounds["longest run"][1].startswith(f"at least {SHORTEST_LONG_MIN:g} minutes")
    assert f"work of the {past.PAST_WEEKS} weeks before" in TEXT
    assert f"{progress.LESS:g} · w" in TEXT
    assert learned.MOST_SAID == 5
