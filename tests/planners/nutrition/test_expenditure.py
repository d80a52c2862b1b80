"""Expenditure learned from logs: exact where the logs are, doubtful where they are not, never wild."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pytest

from planners.errors import InvalidRequest
from planners.nutrition.expenditure import (
    DRIFT_KCAL,
    FIRST_KG,
    LOGGED_KCAL,
    SCALE_KG,
    UNLOGGED_KCAL,
    corrected_expenditure,
)

FIRST = date(2026, 1, 5)
PRIOR = 2_600.0


def days(values: Mapping[int, float]) -> dict[date, float]:
    return {FIRST + timedelta(days=n): value for n, value in values.items()}


def course(
    true_kcal: float, eaten_kcal: float, n: int, noise_kg: float = 0.0, seed: int = 1
) -> dict[int, float]:
    noise = np.random.Generator(np.random.PCG64(seed)).normal(0.0, noise_kg, n + 1)
    return {t: 80.0 + (eaten_kcal - true_kcal) * t / 7_700 + float(noise[t]) for t in range(n + 1)}


def dense_estimate(weights: Mapping[int, float], intake: Mapping[int, float]) -> tuple[float, float]:
    """The same model solved at once as a multivariate normal, without any recursion."""
    last = max(weights)
    usual = float(np.mean(list(intake.values())))
    start = float(np.median([kg for t, kg in weights.items() if t < 7]))
    # Unknowns: first mass, first expenditure, a noise of each intake, a drift of each expenditure.
    deviations = [FIRST_KG, 0.1 * PRIOR]
    deviations += [LOGGED_KCAL if t in intake else UNLOGGED_KCAL for t in range(last)]
    deviations += [DRIFT_KCAL] * last
    prior = np.diag(np.square(deviations))
    mean = np.array([start, PRIOR] + [0.0] * (2 * last))
    final = np.zeros(2 + 2 * last)
    final[1] = 1.0
    final[2 + last :] = 1.0
    rows, expected = [], []
    for t in sorted(weights):
        row = np.zeros(2 + 2 * last)
        row[0] = 1.0
        row[1] = -t / 7_700
        row[2 : 2 + t] = 1 / 7_700
        for s in range(t):  # the drift of day s is in the expenditure of days s+1 to t-1
            row[2 + last + s] = -(t - 1 - s) / 7_700
        rows.append(row)
        expected.append(sum(intake.get(s, usual) for s in range(t)) / 7_700)
    design = np.array(rows)
    surprise = np.array([weights[t] for t in sorted(weights)]) - expected - design @ mean
    covariance = design @ prior @ design.T + SCALE_KG**2 * np.eye(len(rows))
    gain = np.linalg.solve(covariance, design @ prior).T
    after = mean + gain @ surprise
    spread = prior - gain @ design @ prior
    return float(final @ after), float(np.sqrt(final @ spread @ final))


def test_the_filter_is_the_exact_least_squares_estimate() -> None:
    weights = {t: kg for t, kg in course(2_900, 2_500, 40, 0.5).items() if t % 3 != 1}
    intake = {t: 2_500.0 + 150.0 * (-1) ** t for t in range(40) if t % 5 != 2}
    kcal, error = dense_estimate(weights, intake)
    found = corrected_expenditure(days(weights), days(intake), PRIOR)
    assert found.kcal == pytest.approx(kcal, rel=1e-9)
    assert found.standard_error_kcal == pytest.approx(error, rel=1e-9)


def test_long_exact_logs_give_intake_less_change_of_mass() -> None:
    weights, intake = course(2_900, 2_500, 120), dict.fromkeys(range(120), 2_500.0)
    found = corrected_expenditure(days(weights), days(intake), PRIOR)
    by_balance = 2_500 - (weights[120] - weights[0]) * 7_700 / 120
    assert by_balance == pytest.approx(2_900)
    assert found.kcal == pytest.approx(2_900, abs=15)


@pytest.mark.parametrize("seed", range(5))
def test_noisy_logs_of_eight_weeks_come_within_two_standard_errors(seed: int) -> None:
    weights, intake = course(2_900, 2_500, 56, SCALE_KG, seed), dict.fromkeys(range(56), 2_500.0)
    found = corrected_expenditure(days(weights), days(intake), PRIOR)
    assert abs(found.kcal - 2_900) < 2 * found.standard_error_kcal
    assert found.standard_error_kcal < 120


def test_more_days_leave_less_doubt() -> None:
    errors = [
        corrected_expenditure(
            days(course(2_900, 2_500, n, 0.5)), days(dict.fromkeys(range(n), 2_500.0)), PRIOR
        ).standard_error_kcal
        for n in (1, 7, 28, 56)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] < 0.1 * PRIOR + DRIFT_KCAL


def test_days_without_an_intake_log_leave_more_doubt() -> None:
    weights = days(course(2_900, 2_500, 42))
    full, half = (days({t: 2_500.0 for t in range(42) if t % every == 0}) for every in (1, 2))
    known, guessed = (corrected_expenditure(weights, intake, PRIOR) for intake in (full, half))
    assert guessed.standard_error_kcal > known.standard_error_kcal
    assert guessed.kcal == pytest.approx(known.kcal, abs=60)


@pytest.mark.parametrize(
    ("weights", "intake"),
    [({}, {}), ({0: 80.0}, {0: 2_500.0}), ({0: 80.0, 20: 79.0}, {}), ({}, {0: 2_500.0})],
)
def test_too_few_logs_leave_the_prior(weights: dict[int, float], intake: dict[int, float]) -> None:
    found = corrected_expenditure(days(weights), days(intake), PRIOR)
    assert found == (PRIOR, pytest.approx(0.1 * PRIOR))


def test_one_absurd_weigh_in_hardly_counts() -> None:
    weights, intake = course(2_900, 2_500, 56), days(dict.fromkeys(range(56), 2_500.0))
    clean = corrected_expenditure(days(weights), intake, PRIOR)
    slip = corrected_expenditure(days({**weights, 40: 176.0}), intake, PRIOR)  # pounds for kilograms
    assert slip.kcal == pytest.approx(clean.kcal, abs=60)


def test_an_absurd_first_weigh_in_hardly_counts() -> None:
    weights, intake = course(2_900, 2_500, 56), days(dict.fromkeys(range(56), 2_500.0))
    clean = corrected_expenditure(days(weights), intake, PRIOR)
    assert corrected_expenditure(days({**weights, 0: 176.0}), intake, PRIOR).kcal == pytest.approx(
        clean.kcal, abs=60
    )


@pytest.mark.parametrize(("true_kcal", "held"), [(6_000, 1.3), (600, 0.7)])
def test_the_estimate_stays_within_30_percent_of_the_prior(true_kcal: float, held: float) -> None:
    weights, intake = course(true_kcal, 2_500, 60), dict.fromkeys(range(60), 2_500.0)
    assert corrected_expenditure(days(weights), days(intake), PRIOR).kcal == pytest.approx(held * PRIOR)


def test_the_order_of_the_logs_does_not_matter() -> None:
    weights, intake = course(2_900, 2_500, 30, 0.5), dict.fromkeys(range(30), 2_500.0)
    backwards = dict(reversed(days(weights).items())), dict(reversed(days(intake).items()))
    assert corrected_expenditure(*backwards, PRIOR) == corrected_expenditure(
        days(weights), days(intake), PRIOR
    )


@pytest.mark.parametrize("kg", [24.9, 350.1, float("nan"), float("inf"), -80.0])
def test_a_weight_that_nobody_has_is_refused_with_its_day(kg: float) -> None:
    with pytest.raises(InvalidRequest) as caught:
        corrected_expenditure(days({0: 80.0, 3: kg}), days({0: 2_500.0}), PRIOR)
    assert [error.pointer for error in caught.value.errors] == ["/weights_kg/2026-01-08"]


@pytest.mark.parametrize("kcal", [-1.0, 15_001.0, float("nan")])
def test_an_intake_that_nobody_has_is_refused_with_its_day(kcal: float) -> None:
    with pytest.raises(InvalidRequest) as caught:
        corrected_expenditure(days({0: 80.0}), days({2: kcal}), PRIOR)
    assert [error.pointer for error in caught.value.errors] == ["/intake_kcal/2026-01-07"]


@pytest.mark.parametrize("prior", [0.0, -1.0, float("nan")])
def test_a_prior_that_is_no_energy_is_refused(prior: float) -> None:
    with pytest.raises(InvalidRequest, match="prior_kcal"):
        corrected_expenditure({}, {}, prior)
