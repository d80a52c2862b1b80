"""VDOT, Riegel and critical speed, against published values."""

import pytest

from planners.workout.formulas import (
    METRES_PER_MILE,
    Zone,
    critical_speed,
    oxygen_cost,
    pace_s_per_km,
    race_time_s,
    riegel_s,
    speed_at,
    sustainable_fraction,
    time_at_critical_speed_s,
    vdot,
)


def clock(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def mile_pace(ability: float, zone: Zone) -> str:
    return clock(pace_s_per_km(ability, zone) * METRES_PER_MILE / 1000)


def test_vdot_of_five_kilometres_in_24_34() -> None:
    assert vdot(5_000, 24 * 60 + 34) == pytest.approx(39.1104, abs=5e-5)


@pytest.mark.parametrize(
    ("time_s", "ability", "paces"),
    [(960, 37.5, ("10:43", "8:38", "7:55", "7:30")), (1_197, 28.9, ("13:07", "10:37", "9:45", "9:14"))],
)
def test_two_mile_times_give_the_published_training_paces(
    time_s: float, ability: float, paces: tuple[str, ...]
) -> None:
    found = vdot(2 * METRES_PER_MILE, time_s)
    zones = (Zone.EASY, Zone.THRESHOLD, Zone.INTERVAL, Zone.REPETITION)
    assert found == pytest.approx(ability, abs=0.05)
    assert tuple(mile_pace(found, zone) for zone in zones) == paces


def test_speed_is_the_inverse_of_oxygen_cost() -> None:
    for ability in (20, 39.1104, 60, 85):
        for fraction in (0.59, 0.88, 1.05):
            assert oxygen_cost(speed_at(ability, fraction)) == pytest.approx(fraction * ability)


def test_race_time_is_the_inverse_of_vdot() -> None:
    assert race_time_s(39.1104, 5_000) == pytest.approx(24 * 60 + 34, abs=0.01)
    for ability in (25, 45, 70):
        for distance_m in (2_414, 3_219, 10_000):
            assert vdot(distance_m, race_time_s(ability, distance_m)) == pytest.approx(ability)


def test_short_races_are_run_above_maximal_uptake_and_long_ones_below() -> None:
    assert sustainable_fraction(8) > 1 > sustainable_fraction(15)


def test_riegel_from_a_mile_and_a_half_to_two_miles() -> None:
    assert clock(riegel_s(840, 1.5 * METRES_PER_MILE, 2 * METRES_PER_MILE)) in ("19:00", "18:59")
    assert riegel_s(840, 1.5 * METRES_PER_MILE, 2 * METRES_PER_MILE) == pytest.approx(1_139.5, abs=0.05)


def test_critical_speed_from_two_trials_gives_both_back() -> None:
    speed, reserve = critical_speed(1_200, 240, 3_600, 840)
    assert (speed, reserve) == pytest.approx((4.0, 240.0))
    assert time_at_critical_speed_s(speed, reserve, 1_200) == pytest.approx(240)
    assert time_at_critical_speed_s(speed, reserve, 3_600) == pytest.approx(840)


@pytest.mark.parametrize(
    ("distance_m", "time_s"), [(5_000, 209), (1_000, 209), (5_000, 14_401), (900, 3_600)]
)
def test_races_outside_the_range_are_refused(distance_m: float, time_s: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        vdot(distance_m, time_s)


@pytest.mark.parametrize(("ability", "distance_m"), [(14, 5_000), (91, 5_000), (60, 400), (20, 60_000)])
def test_a_race_that_the_formula_does_not_cover_is_refused(ability: float, distance_m: float) -> None:
    with pytest.raises(ValueError, match=r"must be|takes less than"):
        race_time_s(ability, distance_m)


@pytest.mark.parametrize(
    "trials", [(1_200, 100, 3_600, 840), (1_200, 240, 3_600, 250), (1_200, 120, 3_600, 1_400)]
)
def test_trials_that_do_not_fit_together_are_refused(trials: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        critical_speed(*trials)
