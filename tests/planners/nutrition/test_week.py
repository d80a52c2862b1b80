"""One period's limits for one member."""

import numpy as np
import pytest

from planners.nutrition import prices
from planners.nutrition.amounts import COST, ENERGY, PROTEIN
from planners.nutrition.week import BUDGET_MARGIN, Week, make_week
from planners.nutrition.weeks import make_case, period_locks, period_week, periods
from tests.planners.nutrition.asking import CATALOG, ask, case_of, code

CASE = case_of()
ROWS = CASE.program.pattern.rows


def week(days: int = 7, **fields: object) -> Week:
    return make_week(CASE.program.pattern, CASE.targets, days, **fields)  # type: ignore[arg-type]


def at(name: str) -> int:
    return ROWS.index(name)


@pytest.mark.parametrize("days", [1, 3, 7])
def test_limits_are_those_of_a_day_times_the_days(days: int) -> None:
    found = week(days)
    for name, target in CASE.targets.weekly.items():
        assert found.low[at(name)] == pytest.approx(-np.inf if target.min is None else days * target.min)
        assert found.high[at(name)] == pytest.approx(np.inf if target.max is None else days * target.max)


def test_only_sodium_water_quality_and_pairings_can_be_bought_off() -> None:
    found = week()
    soft = {ROWS[i] for i in np.flatnonzero(np.isfinite(found.price))}
    assert {"sodium_mg", "water_g"} <= soft
    assert not soft & ({ENERGY, PROTEIN, COST, "vitamin_c_mg", "calcium_mg"} | {f"{ENERGY}_lunch"})
    assert found.price[at("sodium_mg")] * found.high[at("sodium_mg")] / 7 == pytest.approx(
        prices.SOFT_MISS_USD
    )


def test_a_point_of_quality_has_its_price_whatever_the_energy() -> None:
    """A diet without fruit loses five points of total fruits: 5 points · 7 days at their price."""
    found, row = week(), CASE.program.pattern.amounts.hei[0]
    short_of_all = 0.8 * 7 * CASE.targets.energy_kcal / 1_000
    assert row.name == "total_fruits"
    assert found.price[at("hei_total_fruits")] * short_of_all == pytest.approx(7 * 5 * prices.HEI_POINT_USD)


def test_the_meals_energies_make_up_the_day() -> None:
    found = week()
    meals = [at(f"{ENERGY}_{slot}") for slot in CASE.program.pattern.table.slots]
    assert found.scale[meals].sum() == pytest.approx(7 * CASE.targets.energy_kcal)
    assert (found.low[meals] < found.scale[meals]).all()
    assert (found.high[meals] > found.scale[meals]).all()


def test_a_budget_is_a_hard_limit_with_a_margin_for_the_search() -> None:
    found = week(budget_usd=8.0)
    assert found.high[at(COST)] == pytest.approx(7 * 8.0 * (1 - BUDGET_MARGIN))
    assert np.isinf(found.price[at(COST)])
    assert np.isinf(week().high[at(COST)])


def test_a_forgiven_floor_has_a_price_and_an_unforgiven_one_has_none() -> None:
    assert np.isinf(week().price[at("vitamin_d_ug")])
    bent = week(forgiven=["vitamin_d_ug"])
    assert bent.price[at("vitamin_d_ug")] * bent.low[at("vitamin_d_ug")] / 7 == pytest.approx(
        prices.SHORTFALL_USD
    )


def test_how_mains_spread_over_a_week_binds_only_whole_weeks() -> None:
    assert np.isfinite(week(7).high[at("at_least_seafood_mains")])
    assert np.isinf(week(6).high[at("at_least_seafood_mains")])


def test_a_locked_food_is_taken_from_limits_places_and_servings() -> None:
    rice = code("White rice")
    case = make_case(
        CATALOG, ask(locked=[{"day": 9, "slot": "dinner", "food_code": rice, "grams": 200}], days=10)
    )
    free, bound = period_week(case, 0, {}), period_week(case, 1, {})
    energy = 2.0 * CATALOG.per_100g[CATALOG.row_of[rice], 0]
    plain = make_week(case.program.pattern, case.targets, 3)
    assert period_locks(case, 1, 7) == ()
    [lock] = period_locks(case, 8, 3)
    assert lock.day == 1
    assert bound.low[at(ENERGY)] == pytest.approx(plain.low[at(ENERGY)] - energy)
    assert bound.low[at(f"{ENERGY}_dinner")] == pytest.approx(plain.low[at(f"{ENERGY}_dinner")] - energy)
    assert bound.cells[lock.place] == 2
    assert bound.most[lock.row] == plain.most[lock.row] - 1
    assert (free.cells == 7).all()


def test_an_unwanted_food_may_be_served_never() -> None:
    unwanted = np.zeros(len(CATALOG), dtype=np.bool_)
    unwanted[5] = True
    assert week(unwanted=unwanted).most[5] == 0
    assert week(unwanted=unwanted).free[5] == 0


def test_foods_of_earlier_weeks_cost_more_to_a_point() -> None:
    case = case_of(days=28)
    plain, after = period_week(case, 1, {}), period_week(case, 1, {3: 1, 4: 2, 5: 9})
    more = after.taste - plain.taste
    assert more[[3, 4, 5]] == pytest.approx([prices.AGAIN_USD, 2 * prices.AGAIN_USD, 3 * prices.AGAIN_USD])
    assert more.sum() == pytest.approx(6 * prices.AGAIN_USD)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, ((1, 1),)),
        (7, ((1, 7),)),
        (8, ((1, 7), (8, 1))),
        (14, ((1, 7), (8, 7))),
        (16, ((1, 7), (8, 7), (15, 2))),
    ],
)
def test_periods_are_whole_weeks_and_what_is_left(days: int, expected: tuple[tuple[int, int], ...]) -> None:
    assert periods(days) == expected
