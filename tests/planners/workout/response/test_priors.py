"""The scale of worth, the families of events, and where training leads to."""

import pytest

from planners.spec import FitnessTest, Level, Sex, Standard
from planners.workout.response import Family, ceiling, family_of, prior_for
from planners.workout.response.priors import GAINS, result_of, worth
from planners.workout.tests import events_of, table_for

EVERY = [(test, event) for test in FitnessTest for event in events_of(test)]


@pytest.mark.parametrize(("test", "event"), EVERY)
def test_worth_and_result_are_inverse_and_better_is_more(test, event) -> None:  # type: ignore[no-untyped-def]
    low, high = max(event.least, 0.1), event.most
    for result in (low, (low + high) / 2, high):
        assert result_of(event, worth(event, result)) == pytest.approx(result)
    assert (worth(event, high) > worth(event, low)) is not event.lower_is_better


def test_no_repetition_has_a_worth_and_nothing_lies_below_it() -> None:
    pull_ups = events_of(FitnessTest.USMC_PFT)[0]
    assert worth(pull_ups, 0) == 0
    assert result_of(pull_ups, -1) == 0


def test_events_belong_to_families_by_unit() -> None:
    found = {event.name: family_of(event) for _, event in EVERY}
    assert found["MDL"] is Family.STRENGTH
    assert found["HRP"] is found["PLK"] is Family.ENDURANCE
    assert found["2MR"] is found["SDC"] is Family.RUN
    assert (found["hamr"], found["waist_to_height"]) == (Family.SHUTTLE, Family.WAIST)


def test_the_more_trained_gain_less() -> None:
    for gains in GAINS.values():
        assert gains[Level.NOVICE] >= gains[Level.INTERMEDIATE] >= gains[Level.ADVANCED] > 0


def test_eight_weeks_of_a_beginner_s_running_stay_below_what_harman_found() -> None:
    run = events_of(FitnessTest.AFT)[4]
    assert 0.04 < 8 * prior_for(run, Level.NOVICE).gain < 0.15


@pytest.mark.parametrize(("test", "event"), [pair for pair in EVERY if not pair[1].go_no_go])
def test_the_ceiling_is_better_than_the_most_points_and_possible(test, event) -> None:  # type: ignore[no-untyped-def]
    for sex in Sex:
        table = table_for(test, event.name, sex, 25, Standard.GENERAL, 0)
        if table is not None:
            limit = ceiling(event, table)
            assert worth(event, limit) > worth(event, table.rows[-1].threshold)
            assert event.least <= limit <= event.most
