"""The results to train for: the cheapest that reach the total, against every combination."""

from itertools import product

import numpy as np
import pytest

from planners.errors import Infeasible
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests import UnknownStandard, events_of, score, table_for, target_results
from planners.workout.tests.rules import Event

AFT, PRT = FitnessTest.AFT, FitnessTest.NAVY_PRT
MAN = (Sex.MALE, 20, Standard.GENERAL, 0.0)
NOW = {"MDL": 150, "HRP": 12, "SDC": 140, "PLK": 95, "2MR": 1300}


def test_the_results_earn_what_they_promise_and_are_never_worse_than_now() -> None:
    for total in (300, 351, 420, 465, 500):
        target = target_results(AFT, *MAN, NOW, total)
        card = score(AFT, *MAN, target.results)
        assert target.total is not None
        assert (card.total, card.passed) == (target.total, True)
        assert target.total >= total
        for event in events_of(AFT):
            if event.name in NOW:
                better = NOW[event.name] - target.results[event.name]
                assert better >= 0 if event.lower_is_better else better <= 0


def test_no_other_combination_of_navy_results_is_cheaper() -> None:
    """All 13 × 13 × 13 combinations, with costs that are not convex."""
    now = {"push_ups": 50, "plank": 90, "run_1_5mi": 700}
    rng = np.random.Generator(np.random.PCG64(7))
    tables = {name: table for name in now if (table := table_for(PRT, name, *MAN))}
    price = {(name, row.threshold): float(rng.uniform(0, 10)) for name in tables for row in tables[name].rows}

    def cost(event: Event, present: float, needed: float) -> float:
        return price[event.name, needed]

    levels = []
    for name, present in now.items():
        table = tables[name]
        has = table.points(present)
        stay = [(has, 0.0)] if has >= 45 else []
        levels.append(
            stay + [(row.points, price[name, row.threshold]) for row in table.rows if row.points > has]
        )
    for mean in (45, 60, 62.5, 75, 90, 99, 100):
        sums = ((sum(p for p, _ in c), sum(x for _, x in c)) for c in product(*levels))
        least = min(x for p, x in sums if p >= 3 * mean)
        assert target_results(PRT, *MAN, now, mean, cost=cost).cost == pytest.approx(least)


def test_what_is_good_enough_already_costs_nothing() -> None:
    fit = {"MDL": 340, "HRP": 58, "SDC": 89, "PLK": 220, "2MR": 802}
    target = target_results(AFT, *MAN, fit, 500)
    assert (target.results, target.cost) == (fit, 0)


def test_points_in_each_event_can_be_asked_for() -> None:
    target = target_results(AFT, *MAN, NOW, 300, each=80)
    assert min(target.points.values()) >= 80
    assert target.total is not None
    assert target.total < 410


def test_an_event_below_its_minimum_is_lifted_though_the_total_is_reached() -> None:
    strong = {"MDL": 340, "HRP": 58, "SDC": 89, "PLK": 220, "2MR": 1300}
    assert target_results(AFT, *MAN, strong, 300).results == strong | {"2MR": 1197}


def test_more_points_than_the_charts_hold_are_refused() -> None:
    with pytest.raises(Infeasible, match="500.5 points are asked for; .* give at most 500"):
        target_results(AFT, *MAN, NOW, 500.5)
    push_ups = {"push_ups": 60, "plank": 100, "run_3mi": 1400}
    with pytest.raises(Infeasible, match="give at most 270"):
        target_results(FitnessTest.USMC_PFT, *MAN, push_ups, 271)
    assert target_results(FitnessTest.USMC_PFT, *MAN, push_ups, 270).total == 270


def test_points_that_one_event_never_gives_are_refused() -> None:
    push_ups = {"push_ups": 60, "plank": 100, "run_3mi": 1400}
    with pytest.raises(Infeasible, match="the charts of push_ups do not hold"):
        target_results(FitnessTest.USMC_PFT, *MAN, push_ups, 150, each=71)


def test_half_points_are_counted() -> None:
    now = {"run_2mi": 1185, "waist_to_height": 0.55, "push_ups": 45, "sit_ups": 45}
    target = target_results(FitnessTest.USAF_PFRA, *MAN, now, 75.5)
    assert target.total is not None
    assert 75.5 <= target.total < 77


def test_a_standard_that_is_not_known_is_said() -> None:
    with pytest.raises(UnknownStandard, match="plank for female, 20 years"):
        target_results(
            FitnessTest.USCG_PFT,
            Sex.FEMALE,
            20,
            Standard.GENERAL,
            0,
            {"push_ups": 20, "plank": 60, "run_1_5mi": 900},
            0,
        )


def test_one_result_of_every_group_is_needed() -> None:
    with pytest.raises(ValueError, match="needs one result of each group"):
        target_results(AFT, *MAN, {"MDL": 200}, 300)
