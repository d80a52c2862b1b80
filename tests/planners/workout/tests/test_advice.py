"""What a result lacks: for a pass, the next class, the maximum, and the cheapest point."""

import pytest

from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests import advise, cheapest_points, events_of, score, weeks_of_training
from planners.workout.tests.effort import NOTHING

ANNE = (FitnessTest.AFT, Sex.FEMALE, 30, Standard.GENERAL, 0.0)
RESULTS = {"MDL": 160, "HRP": 22, "SDC": 150, "PLK": 95, "2MR": 1240}


def event(test: FitnessTest, name: str):  # type: ignore[no-untyped-def]
    return next(event for event in events_of(test) if event.name == name)


def test_each_next_point_is_a_chart_step_away_and_the_cheapest_stands_first() -> None:
    steps = cheapest_points(*ANNE, RESULTS)
    assert {step.event for step in steps} == set(RESULTS)
    assert [step.cost_per_point for step in steps] == sorted(step.cost_per_point for step in steps)
    for step in steps:
        before = score(*ANNE, RESULTS).events[step.event].points
        after = score(*ANNE, RESULTS | {step.event: step.result}).events[step.event].points
        assert (before, after) == (step.points_now, step.points)
        short = step.result + (1 if event(ANNE[0], step.event).lower_is_better else -1)
        assert score(*ANNE, RESULTS | {step.event: short}).events[step.event].points == before


def test_the_caller_s_costs_decide_which_point_is_cheapest() -> None:
    steps = cheapest_points(*ANNE, RESULTS, lambda e, now, needed: 0.0 if e.name == "SDC" else 1.0)
    assert steps[0].event == "SDC"


def test_an_event_at_its_most_has_no_next_point() -> None:
    steps = cheapest_points(*ANNE, RESULTS | {"PLK": 300})
    assert "PLK" not in {step.event for step in steps}


def test_the_words_of_a_step_say_how_far_it_is() -> None:
    texts = {step.event: step.text for step in cheapest_points(*ANNE, RESULTS)}
    assert texts["HRP"] == "HRP: 1 rep more (23 reps or more) for 80 points"
    assert texts["2MR"] == "2MR: 6 s faster (1234 s or less) for 74 points"
    assert texts["PLK"] == "PLK: 1 s longer (96 s or more) for 65 points"


def test_a_failed_test_names_results_that_pass() -> None:
    weak = RESULTS | {"2MR": 1600, "HRP": 5}
    advice = advise(*ANNE, weak)
    assert advice.to_pass is not None
    assert advice.next_class is None
    mended = score(*ANNE, advice.to_pass.results)
    assert (mended.passed, mended.total) == (True, advice.to_pass.total)
    assert {name: advice.to_pass.results[name] for name in ("MDL", "SDC", "PLK")} == {
        name: weak[name] for name in ("MDL", "SDC", "PLK")
    }


def test_a_passed_test_names_the_next_class_and_results_that_reach_it() -> None:
    marine = (FitnessTest.USMC_PFT, Sex.MALE, 20, Standard.GENERAL, 0.0)
    now = {"pull_ups": 10, "plank": 120, "run_3mi": 1500}
    assert score(*marine, now).klass == "third_class"
    advice = advise(*marine, now)
    assert advice.next_class is not None
    assert advice.to_next_class is not None
    assert advice.next_class.name == "second_class"
    assert score(*marine, advice.to_next_class.results).klass == "second_class"


def test_the_best_class_has_no_next() -> None:
    advice = advise(
        FitnessTest.NAVY_PRT,
        Sex.MALE,
        19,
        Standard.GENERAL,
        0.0,
        {"push_ups": 92, "plank": 204, "run_1_5mi": 495},
    )
    assert (advice.next_class, advice.to_pass, advice.maximum, advice.cheapest) == (None, None, {}, ())


def test_an_alternate_event_bars_the_class_that_asks_for_none() -> None:
    walk = {name: result for name, result in RESULTS.items() if name != "2MR"} | {"walk_2_5mi": 1900}
    assert advise(*ANNE, walk).next_class is None
    assert advise(*ANNE, RESULTS).next_class is not None


def test_the_maximum_is_the_result_that_earns_the_most_points() -> None:
    best = advise(*ANNE, RESULTS).maximum
    assert score(*ANNE, best).total == 500
    assert best["2MR"] == 930


def test_a_missing_event_leaves_no_way_to_compute_results() -> None:
    assert advise(*ANNE, {"MDL": 160}).to_pass is None


def test_an_unknown_standard_leaves_no_target() -> None:
    person = (FitnessTest.USCG_PFT, Sex.FEMALE, 25, Standard.GENERAL, 0.0)
    advice = advise(*person, {"push_ups": 3, "plank": 60, "run_1_5mi": 900})
    assert (advice.to_pass, advice.next_class, advice.cheapest) == (None, None, ())


def test_a_test_without_points_has_a_target_of_results() -> None:
    person = (FitnessTest.USCG_PFT, Sex.MALE, 25, Standard.GENERAL, 0.0)
    advice = advise(*person, {"push_ups": 40, "plank": 60, "run_1_5mi": 900})
    assert advice.to_pass is not None
    assert advice.to_pass.results == {"push_ups": 40, "plank": 78, "run_1_5mi": 749}
    assert (advice.to_pass.total, advice.to_pass.points) == (None, {})


class TestEffort:
    def test_doubling_repetitions_takes_the_same_from_any_start(self) -> None:
        push_ups = event(FitnessTest.AFT, "HRP")
        assert weeks_of_training(push_ups, 10, 20) == pytest.approx(weeks_of_training(push_ups, 30, 60))

    def test_it_is_zero_only_for_no_change_and_grows_with_the_distance(self) -> None:
        run = event(FitnessTest.AFT, "2MR")
        assert weeks_of_training(run, 1200, 1200) == 0
        assert 0 < weeks_of_training(run, 1200, 1190) < weeks_of_training(run, 1200, 1100)

    def test_the_first_repetition_is_hard_and_not_impossible(self) -> None:
        pull_ups = event(FitnessTest.USMC_PFT, "pull_ups")
        first = weeks_of_training(pull_ups, 0, 1)
        assert first == weeks_of_training(pull_ups, NOTHING, 1)
        assert first > weeks_of_training(pull_ups, 10, 11)
