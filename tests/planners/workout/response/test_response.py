"""Fit and forecast: what results teach, how sure it makes, and whether the interval is honest."""

import numpy as np
import pytest

from planners.spec import FitnessTest, Level
from planners.workout.response import Logged, Prior, Response, fit_response, forecast, prior_for
from planners.workout.response.backtest import back_test
from planners.workout.response.fit import GRID
from planners.workout.response.model import KINETICS, approach, forms
from planners.workout.response.priors import result_of, worth
from planners.workout.tests import events_of

RUN = events_of(FitnessTest.AFT)[4]
PUSH_UPS = events_of(FitnessTest.AFT)[1]
NOVICE = prior_for(RUN, Level.NOVICE)
WEEKS = np.r_[np.full(70, 1 / 7), np.full(14, 1 / 14)]  # twelve weeks, the last two of half
FASTEST = 700.0


def fitted(*results: Logged, prior: Prior = NOVICE) -> Response:
    return fit_response(RUN, prior, WEEKS, results, FASTEST)


def responder(gain: float, day: int, kinetics: int = 5) -> float:
    """The time, without noise, of someone who ran 1,200 s on day 0 and gains so much a week."""
    start = worth(RUN, 1_200)
    form = forms(WEEKS, np.array([day]))[kinetics]
    return result_of(RUN, start + float(approach(gain * form, worth(RUN, FASTEST) - start)[0]))


class TestFit:
    def test_one_result_leaves_the_belief_in_the_gain_as_it_was(self) -> None:
        response = fitted(Logged(day=0, result=1_200))
        expected = np.exp(-0.5 * GRID**2) @ (NOVICE.gain * np.exp(NOVICE.spread * GRID))
        assert response.gain_per_week == pytest.approx(expected / np.exp(-0.5 * GRID**2).sum())

    def test_weights_are_probabilities(self) -> None:
        response = fitted(Logged(day=0, result=1_200), Logged(day=40, result=1_100))
        assert response.weight.sum() == pytest.approx(1)
        assert (response.weight >= 0).all()
        assert len(response.weight) == len(KINETICS) * len(GRID)

    def test_fast_and_slow_responders_are_told_apart(self) -> None:
        days = (0, 30, 45, 60)
        fast = fitted(*(Logged(day=d, result=responder(2 * NOVICE.gain, d)) for d in days))
        slow = fitted(*(Logged(day=d, result=responder(0.5 * NOVICE.gain, d)) for d in days))
        usual = fitted(Logged(day=0, result=1_200))
        assert slow.gain_per_week < usual.gain_per_week < fast.gain_per_week

    def test_wild_results_stay_within_the_bounds(self) -> None:
        for last in (600, 3_000):
            response = fitted(Logged(day=0, result=1_200), Logged(day=60, result=last))
            bounds = NOVICE.gain * np.exp(NOVICE.spread * GRID[[0, -1]])
            assert bounds[0] <= response.gain_per_week <= bounds[1]
            assert np.isfinite(response.level).all()

    def test_a_doubtful_result_weighs_less(self) -> None:
        sure = fitted(Logged(day=0, result=1_200), Logged(day=0, result=1_000))
        doubted = fitted(Logged(day=0, result=1_200), Logged(day=0, result=1_000, doubt=3))
        middle = np.exp(-sure.level[0])
        assert middle == pytest.approx(np.sqrt(1_200 * 1_000))
        assert middle < np.exp(-doubted.level[0]) < 1_200
        assert doubted.level_var[0] > sure.level_var[0]

    def test_the_order_of_results_does_not_matter(self) -> None:
        logs = (Logged(day=0, result=1_200), Logged(day=20, result=1_180), Logged(day=50, result=1_150))
        assert fitted(*logs).weight == pytest.approx(fitted(*reversed(logs)).weight)

    def test_no_result_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no result of 2MR"):
            fitted()

    @pytest.mark.parametrize("day", [-1, 85])
    def test_a_result_outside_the_doses_is_refused(self, day: int) -> None:
        with pytest.raises(ValueError, match="outside the 84 days"):
            fitted(Logged(day=day, result=1_200))


class TestForecast:
    def test_training_betters_the_time_and_rest_does_not(self) -> None:
        response = fitted(Logged(day=0, result=1_200))
        assert forecast(response, WEEKS, 84).expected < 1_150
        assert forecast(response, 0 * WEEKS, 84).expected == pytest.approx(1_200, rel=1e-6)

    def test_the_cautious_result_is_worse_than_the_expected_and_the_hopeful_better(self) -> None:
        for event, result, limit in ((RUN, 1_200, 700), (PUSH_UPS, 20, 80)):
            prior = prior_for(event, Level.NOVICE)
            response = fit_response(event, prior, WEEKS, (Logged(day=0, result=result),), limit)
            said = forecast(response, WEEKS, 84)
            order = [worth(event, r) for r in (said.cautious, said.expected, said.hopeful)]
            assert order == sorted(order)
            assert said.chance(said.cautious) == pytest.approx(0.9, abs=1e-6)
            assert said.chance(said.expected) == pytest.approx(0.5, abs=1e-6)
            assert said.chance(said.hopeful) == pytest.approx(0.1, abs=1e-6)

    def test_the_harder_the_target_the_smaller_the_chance(self) -> None:
        said = forecast(fitted(Logged(day=0, result=1_200)), WEEKS, 84)
        chances = [said.chance(target) for target in (1_300, 1_200, 1_150, 1_100, 1_000)]
        assert chances == sorted(chances, reverse=True)
        assert chances[0] > 0.99
        assert chances[-1] < 0.05

    def test_more_results_make_it_surer(self) -> None:
        days = (0, 20, 30, 40, 50, 60, 70)
        one = forecast(fitted(Logged(day=0, result=1_200)), WEEKS, 84)
        many = forecast(fitted(*(Logged(day=d, result=responder(NOVICE.gain, d)) for d in days)), WEEKS, 84)
        assert many.cautious - many.hopeful < 0.75 * (one.cautious - one.hopeful)

    def test_more_training_is_expected_to_give_more_but_less_and_less(self) -> None:
        response = fitted(Logged(day=0, result=1_200))
        times = [forecast(response, share * WEEKS, 84).expected for share in (0, 0.5, 1, 1.5)]
        gains = -np.diff(times)
        assert (gains > 0).all()
        assert (np.diff(gains) < 0).all()

    def test_nobody_is_promised_more_than_the_ceiling(self) -> None:
        prior = Prior(gain=0.5, spread=0.4, noise=1e-6)
        said = forecast(fitted(Logged(day=0, result=1_200), prior=prior), WEEKS, 84)
        assert said.hopeful == pytest.approx(FASTEST, rel=1e-3)

    def test_a_member_beyond_the_ceiling_is_promised_little(self) -> None:
        said = forecast(fitted(Logged(day=0, result=690)), WEEKS, 84)
        assert 690 * np.exp(-0.02) <= said.expected <= 690

    def test_the_same_logs_give_the_same_forecast(self) -> None:
        logs = (Logged(day=0, result=1_200), Logged(day=40, result=1_150))
        first, second = (forecast(fitted(*logs), WEEKS, 84) for _ in range(2))
        assert (first.expected, first.cautious) == (second.expected, second.cautious)


class TestBackTest:
    """2,000 synthetic members: four of five results inside the interval, give or take what chance does."""

    OUTCOMES = back_test(2_000, seed=20_261_201)

    def test_the_eighty_percent_interval_holds_75_to_85_percent(self) -> None:
        assert 0.75 <= np.mean([outcome.inside for outcome in self.OUTCOMES]) <= 0.85

    def test_it_does_so_in_every_event(self) -> None:
        for event in {outcome.event for outcome in self.OUTCOMES}:
            inside = [outcome.inside for outcome in self.OUTCOMES if outcome.event == event]
            assert len(inside) > 300
            assert 0.73 <= np.mean(inside) <= 0.87, event

    def test_the_expected_result_is_missed_as_often_as_beaten(self) -> None:
        assert 0.46 <= np.mean([outcome.better for outcome in self.OUTCOMES]) <= 0.55

    def test_a_chance_said_comes_true_so_often(self) -> None:
        for low in (0.0, 0.25, 0.5, 0.75):
            of = [o for o in self.OUTCOMES if low <= o.chance < low + 0.25]
            assert len(of) > 300
            said, came = np.mean([o.chance for o in of]), np.mean([o.reached for o in of])
            assert abs(said - came) < 0.06, low

    def test_it_errs_less_than_the_last_logged_result(self) -> None:
        error = sum(outcome.error for outcome in self.OUTCOMES)
        assert error < 0.7 * sum(outcome.naive_error for outcome in self.OUTCOMES)

    @pytest.mark.parametrize("factor", [0.7, 1.4])
    def test_it_bears_a_prior_that_is_off_by_a_third(self, factor: float) -> None:
        inside = [outcome.inside for outcome in back_test(1_000, 7, factor)]
        assert 0.7 <= np.mean(inside) <= 0.85

    def test_the_seed_decides_everything(self) -> None:
        assert back_test(20, 3) == back_test(20, 3)
        assert back_test(20, 3) != back_test(20, 4)
