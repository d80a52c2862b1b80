"""The week's menu dealt to its days."""

import numpy as np
import pytest

from planners.nutrition.changes import (
    TWICE_USD,
    changes_of,
    gains,
    hard_shares,
    make_change,
    week_value,
)
from planners.nutrition.days import deal_days
from planners.nutrition.mend import SMALL_MISS, mend_days
from planners.nutrition.menu import search_week
from planners.nutrition.table import COUNTED, Table
from planners.nutrition.weeks import make_case, period_locks, period_week
from planners.outcome import never
from tests.planners.nutrition.asking import CATALOG, ask, code, generator, options_for, solved


def dealt(seed: int = 0):
    case, week, mix = solved()
    found = search_week(case.program, week, mix, generator(), never)
    assert found is not None
    options, menu = found
    table = deal_days(case.program.pattern, case.targets, options, menu.cells, 7, (), generator(seed))
    return case, options, menu, table


def recounted(table: Table) -> np.ndarray:
    """Day totals summed anew."""
    return table.amount[table.option].sum(axis=0)


def test_dealing_moves_servings_between_days_and_changes_none() -> None:
    _, _, menu, table = dealt()
    assert sorted(table.option.ravel().tolist()) == sorted(menu.cells.tolist())


def test_the_running_sums_are_those_of_what_stands_on_the_table() -> None:
    _, _, _, table = dealt()
    assert table.day_total == pytest.approx(recounted(table))
    assert table.meal_total.sum(axis=0) == pytest.approx(recounted(table)[:, :2])


def test_every_day_has_about_its_energy() -> None:
    case, _, _, table = dealt()
    assert table.day_total[:, COUNTED.index("energy_kcal")] == pytest.approx(
        np.full(7, case.targets.energy_kcal), rel=0.08
    )


def test_a_deal_is_better_balanced_than_chance() -> None:
    _case, _options, menu, table = dealt()
    chance = np.array([generator(9).permutation(row) for row in menu.cells.reshape(-1, 7)])
    spread = table.amount[chance].sum(axis=0)[:, 0].std()
    assert table.day_total[:, 0].std() < spread / 2


def test_the_same_dish_does_not_stand_twice_on_a_day() -> None:
    _, _, _, table = dealt()
    mains = [p for p, role in enumerate(table.role) if role.endswith("_main")]
    for day in range(7):
        foods = table.food[table.option[mains, day]].tolist()
        assert len(foods) == len(set(foods))


def test_another_seed_deals_otherwise_and_the_same_seed_alike() -> None:
    first, second, other = dealt(0)[3], dealt(0)[3], dealt(1)[3]
    assert (first.option == second.option).all()
    assert (first.option != other.option).any()


def test_kosher_meals_never_meet_meat_and_dairy_however_the_days_fall() -> None:
    for seed in range(6):
        case = make_case(CATALOG, ask(seed=seed, diets=["kosher"], meals_per_day=4 + seed % 2))
        week = period_week(case, 0, {})
        mix = case.program.solve(week)
        assert mix is not None
        found = search_week(case.program, week, mix, generator(seed), never)
        assert found is not None
        table = deal_days(
            case.program.pattern, case.targets, found[0], found[1].cells, 7, (), generator(seed)
        )
        for q, hard in enumerate(table.rule_hard):
            if hard:
                assert (table.rule_total[q] <= table.rule_most[q]).all()


def test_a_locked_food_stays_where_it_is() -> None:
    rice = code("White rice")
    request = ask(locked=[{"day": 3, "slot": "dinner", "food_code": rice, "grams": 123}])
    case = make_case(CATALOG, request)
    week, locks = period_week(case, 0, {}), period_locks(case, 1, 7)
    mix = case.program.solve(week)
    assert mix is not None
    found = search_week(case.program, week, mix, generator(), never)
    assert found is not None
    table = deal_days(case.program.pattern, case.targets, found[0], found[1].cells, 7, locks, generator())
    place = locks[0].place
    assert place is not None
    assert table.food[table.option[place, 2]] == CATALOG.row_of[rice]
    assert table.grams[table.option[place, 2]] == 123


def test_a_day_out_of_its_limits_is_mended() -> None:
    _case, options, _, table = dealt()
    mend_days(options, table)
    table.day_high[0] = table.day_total[:, 0].max() * 0.985
    assert table.day_misses(table.day_total).max() > SMALL_MISS
    mend_days(options, table)
    assert table.day_misses(table.day_total).max() <= SMALL_MISS
    assert table.day_total == pytest.approx(recounted(table))


def test_the_gain_of_a_change_is_what_the_week_then_costs() -> None:
    _, options, _, table = dealt()
    places = np.arange(len(table.option))
    changes = changes_of(options, table, places, np.full(len(places), 2))
    gain = gains(options, table, changes)
    before, compared = week_value(options, table), 0
    for i in range(0, len(gain), 11):
        one = table.copied()
        make_change(one, changes, i)
        sound = one.day_misses(one.day_total).max() == 0.0 and hard_shares(options, one).max() == 0.0
        if sound and gain[i] == pytest.approx(week_value(options, one) - before, abs=TWICE_USD + 1e-6):
            compared += 1
        assert not sound or gain[i] >= week_value(options, one) - before - 1e-6
    assert compared > 10


def test_an_option_of_every_place_can_be_reached_by_a_change() -> None:
    options = options_for()
    _, own, _, table = dealt()
    places = np.arange(len(table.option))
    changes = changes_of(own, table, places, np.zeros(len(places), dtype=np.int64))
    assert len(changes.place) == len(own.place)
    assert len(options.place) == len(own.place)
