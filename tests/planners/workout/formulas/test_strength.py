"""One-repetition maxima and loads, against published values."""

import pytest

from planners.workout.formulas import (
    brzycki_1rm,
    epley_1rm,
    fraction_for,
    linear_fraction,
    load_for,
    modified_epley_fraction,
    one_rep_max,
    repetition_maximum_fraction,
    reps_to_failure,
)


def test_epley_and_brzycki_meet_at_ten_repetitions() -> None:
    assert epley_1rm(100, 10) == pytest.approx(133.333, abs=1e-3)
    assert brzycki_1rm(100, 10) == pytest.approx(133.333, abs=1e-3)


def test_a_three_repetition_maximum() -> None:
    assert epley_1rm(340, 3) == pytest.approx(340 * 1.10)
    assert brzycki_1rm(340, 3) == pytest.approx(340 * 1.0588, rel=1e-4)
    assert one_rep_max(340, 3) == brzycki_1rm(340, 3)


def test_one_repetition_is_the_maximum_itself() -> None:
    assert one_rep_max(100, 1) == 100
    assert fraction_for(1) == modified_epley_fraction(1) == linear_fraction(1) == 1


def test_the_more_careful_formula_is_taken_and_there_is_no_jump_at_ten() -> None:
    assert one_rep_max(100, 12) == epley_1rm(100, 12)
    assert one_rep_max(100, 10.001) == pytest.approx(one_rep_max(100, 10), rel=1e-4)


def test_published_fractions() -> None:
    assert modified_epley_fraction(10) == pytest.approx(0.759, abs=5e-4)
    assert linear_fraction(12) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("reps", "fraction"), [(1, 1), (2, 0.95), (3, 0.95), (4, 0.9), (15, 0.65), (16, 0.6), (20, 0.6)]
)
def test_the_table_of_repetition_maxima(reps: int, fraction: float) -> None:
    assert repetition_maximum_fraction(reps) == fraction


def test_the_formulas_stay_near_the_table() -> None:
    for reps in range(2, 21):
        assert fraction_for(reps) == pytest.approx(repetition_maximum_fraction(reps), abs=0.055)


def test_repetitions_in_reserve_count_as_repetitions() -> None:
    assert reps_to_failure(5, 8) == 7
    assert reps_to_failure(5, 8.5) == 6.5


@pytest.mark.parametrize(("one_rm", "step", "load"), [(100, 2.5, 82.5), (90, 2.5, 75.0), (220, 5, 180)])
def test_a_load_is_rounded_down_to_plates(one_rm: float, step: float, load: float) -> None:
    assert load_for(one_rm, 5, 8, step) == load  # 5 at RPE 8 is 7 to failure: 30/36 of the maximum


def test_an_exact_load_is_not_rounded_away() -> None:
    assert load_for(120, 5, 8) == 100


def test_the_load_gives_back_the_maximum() -> None:
    for reps in range(1, 15):
        assert one_rep_max(100 * fraction_for(reps), reps) == pytest.approx(100)


@pytest.mark.parametrize("reps", [0, 0.9, 20.1, 21, float("nan")])
def test_repetitions_outside_the_range_are_refused(reps: float) -> None:
    with pytest.raises(ValueError, match="reps must be from 1 to 20"):
        one_rep_max(100, reps)


def test_brzycki_ends_at_ten() -> None:
    with pytest.raises(ValueError, match="from 1 to 10, not 11"):
        brzycki_1rm(100, 11)


@pytest.mark.parametrize(("reps", "rpe"), [(5, 4.9), (5, 10.1), (18, 7)])
def test_efforts_that_say_nothing_are_refused(reps: float, rpe: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        load_for(100, reps, rpe)


def test_a_negative_load_is_refused() -> None:
    with pytest.raises(ValueError, match="load must be"):
        epley_1rm(-1, 5)
