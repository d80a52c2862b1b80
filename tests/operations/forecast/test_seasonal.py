"""As it was a week ago, where that is better than as it is now."""

from __future__ import annotations

import random

import pytest

from operations.forecast.seasonal import DAY, WEEK, seasonal_naive


def day(low: float, high: float) -> list[float]:
    return [low] * (DAY // 2) + [high] * (DAY // 2)


def test_a_jump_is_seen_before_it_comes() -> None:
    past = day(10, 400) * 3
    assert seasonal_naive([*past, *[10] * (DAY // 2 - 1)], 2, 0.5) == 400
    assert seasonal_naive([*past, *[10] * (DAY // 2 - 2)], 2, 0.5) == 10


def test_a_week_is_told_from_a_day_where_it_is_known() -> None:
    week = [*day(10, 100) * 5, *day(10, 20) * 2]
    assert len(week) == WEEK
    assert seasonal_naive([*week, *day(10, 100), *[10] * (DAY // 2)], 1, 0.5) == 100


def test_a_quantile_is_exceeded_about_as_often_as_it_says() -> None:
    rng = random.Random(4)
    history = [max(0.0, rng.gauss(mean, mean**0.5)) for mean in day(100, 900) * 12]
    over = [
        history[t] > told
        for t in range(DAY * 10, len(history))
        if (told := seasonal_naive(history[:t], 1, 0.9)) is not None
    ]
    assert len(over) > DAY
    assert 0.04 < sum(over) / len(over) < 0.17


@pytest.mark.parametrize("length", [0, 1, DAY, 2 * DAY])
def test_nothing_is_told_from_too_little(length: int) -> None:
    assert seasonal_naive([5.0] * length, 1, 0.9) is None


def test_nothing_is_told_where_the_past_repeats_nothing() -> None:
    history = [float(n) for n in day(10, 400) * 9]
    random.Random(1).shuffle(history)
    assert seasonal_naive(history, 2, 0.9) is None
