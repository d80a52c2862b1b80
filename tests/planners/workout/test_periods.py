"""Weeks, phases, deloads and the taper fall where they should."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners.workout.periods import Phase, periods

START = date(2026, 12, 3)


def test_weeks_are_seven_days_from_the_first_day_on_whatever_weekday() -> None:
    weeks = periods(START, 5, None)
    assert [week.first for week in weeks] == [START + timedelta(days=7 * n) for n in range(5)]
    assert [week.number for week in weeks] == [1, 2, 3, 4, 5]


def test_every_fourth_week_without_a_test_is_a_deload() -> None:
    weeks = periods(START, 12, None)
    assert [week.number for week in weeks if week.deload] == [4, 8, 12]
    assert not any(week.taper for week in weeks)


def test_the_last_two_weeks_before_a_test_taper() -> None:
    weeks = periods(START, 8, START + timedelta(days=55))
    assert [week.volume for week in weeks] == [1, 1, 1, 0.62, 1, 1, 0.57, 0.45]
    assert [week.number for week in weeks if week.taper] == [7, 8]


@pytest.mark.parametrize(("day", "tapers"), [(52, [7, 8]), (51, [6, 7, 8])])
def test_a_test_early_in_a_week_moves_the_taper_before_it(day: int, tapers: list[int]) -> None:
    weeks = periods(START, 8, START + timedelta(days=day))
    assert [week.number for week in weeks if week.taper] == tapers


def test_the_day_before_a_test_on_the_first_day_of_a_week_is_in_the_week_before() -> None:
    weeks = periods(START, 8, START + timedelta(days=49))
    assert (weeks[6].eve, weeks[6].test_day) == (6, None)
    assert (weeks[7].eve, weeks[7].test_day) == (None, 0)


def test_the_week_after_a_test_recovers() -> None:
    weeks = periods(START, 8, START + timedelta(days=27))
    assert weeks[4].phase is Phase.RECOVERY
    assert weeks[5].loading


def test_a_test_after_the_plan_tapers_its_end_only_when_near() -> None:
    near = periods(START, 6, START + timedelta(days=7 * 6 + 3))
    assert [week.taper for week in near] == [False] * 5 + [True]
    assert not any(week.taper for week in periods(START, 6, START + timedelta(days=80)))


def test_phases_follow_each_other_towards_the_test() -> None:
    order = [Phase.BASE, Phase.BUILD, Phase.PEAK, Phase.TAPER]
    seen = [week.phase for week in periods(START, 16, START + timedelta(days=111))]
    assert sorted(seen, key=order.index) == seen
    assert set(seen) == set(order)


@given(weeks=st.integers(1, 52), day=st.integers(1, 400))
def test_no_more_than_three_loading_weeks_in_a_row_or_four_before_a_taper(weeks: int, day: int) -> None:
    made = periods(START, weeks, START + timedelta(days=day))
    run = 0
    for week in made:
        if week.taper:
            assert run <= 4
        elif not week.loading:
            assert run <= 3
        run = run + 1 if week.loading else 0
    assert run <= 4


@given(weeks=st.integers(1, 52), day=st.integers(1, 400))
def test_blocks_count_up_by_one_and_end_with_a_lighter_week(weeks: int, day: int) -> None:
    made = periods(START, weeks, START + timedelta(days=day))
    for before, after in itertools.pairwise(made):
        assert after.block - before.block in (0, 1)
        if after.block > before.block:
            assert not before.loading
