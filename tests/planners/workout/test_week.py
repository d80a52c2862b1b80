"""The arrangement of a week is exact, and every member's days can carry one."""

from itertools import permutations, product

import pytest

from planners.spec import WorkoutGoal
from planners.workout.split import Focus, splits
from planners.workout.week import BROKEN, arrange, best_order, day_score, pair_score

EVERY_DAY = (True,) * 7


def slow_best(sessions: tuple, available: tuple[bool, ...], weekday: int) -> float:  # type: ignore[type-arg]
    slots = [*sessions, *([None] * (7 - len(sessions)))]
    scores = []
    for order in set(permutations(range(7))):
        days = [slots[i] for i in order]
        pairs = sum(pair_score(days[d], days[(d + 1) % 7]) for d in range(7))
        scores.append(pairs + sum(day_score(s, available[d], (weekday + d) % 7) for d, s in enumerate(days)))
    return min(scores)


@pytest.mark.parametrize("goal", [WorkoutGoal.STRENGTH, WorkoutGoal.FITNESS_TEST])
@pytest.mark.parametrize("days", [3, 5])
def test_the_best_order_is_that_of_a_plain_loop(goal: WorkoutGoal, days: int) -> None:
    available = (True, True, False, True, True, True, False)
    sessions = splits(goal, days)[0]
    assert best_order(sessions, available, 2).score == pytest.approx(slow_best(sessions, available, 2))


@pytest.mark.parametrize("goal", [*WorkoutGoal])
def test_no_choice_of_days_breaks_a_rule(goal: WorkoutGoal) -> None:
    for available in product((False, True), repeat=7):
        for days in range(1, sum(available) + 1):
            found = arrange(goal, days, available, 0)
            assert found.score < BROKEN, (available, days)
            assert len(found.sessions) == days
            assert all(available[day] for day in found.training_days)


def test_consecutive_days_are_not_given_the_same_muscles_or_a_hard_run_beside_heavy_legs() -> None:
    weekend = (False, False, False, False, True, True, True)
    days = arrange(WorkoutGoal.FITNESS_TEST, 3, weekend, 0).days
    for first, second in zip(days, (*days[1:], days[0]), strict=True):
        assert pair_score(first, second) < BROKEN


def test_the_same_request_is_arranged_alike() -> None:
    assert arrange(WorkoutGoal.STRENGTH, 4, EVERY_DAY, 3) == arrange(WorkoutGoal.STRENGTH, 4, EVERY_DAY, 3)


@pytest.mark.parametrize("goal", [*WorkoutGoal])
@pytest.mark.parametrize("days", range(1, 8))
def test_every_list_has_as_many_sessions_as_days_and_trains_against_resistance(
    goal: WorkoutGoal, days: int
) -> None:
    for sessions in splits(goal, days):
        assert len(sessions) == days
        assert any(session.focus is not None for session in sessions)
        assert not any(session.focus in (Focus.FULL, Focus.LOWER) and session.hard for session in sessions)
