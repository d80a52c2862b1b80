"""The servings that a search chooses from."""

import numpy as np
import pytest

from planners.nutrition.options import CANDIDATES, EMPTY, options_of
from tests.planners.nutrition.asking import options_for, solved

OPTIONS = options_for()


def test_options_of_a_place_stand_together_in_the_order_of_places() -> None:
    assert (np.diff(OPTIONS.place) >= 0).all()
    for place in range(len(OPTIONS.cells)):
        assert (OPTIONS.place[OPTIONS.start[place] : OPTIONS.start[place + 1]] == place).all()


def test_nothing_is_an_option_exactly_where_a_place_may_stay_empty() -> None:
    case, _, _ = solved()
    for p, place in enumerate(case.program.pattern.table.places):
        here = OPTIONS.food[OPTIONS.start[p] : OPTIONS.start[p + 1]]
        assert (here == EMPTY).sum() == place.optional


def test_every_choice_of_the_mix_is_kept_and_few_others() -> None:
    case, _, mix = solved()
    pattern = case.program.pattern
    kept = set(zip(OPTIONS.place.tolist(), OPTIONS.food.tolist(), strict=True))
    served = np.flatnonzero(mix.days > 0.0)
    assert all((int(pattern.place[i]), int(pattern.food[i])) in kept for i in served)
    for place in range(len(OPTIONS.cells)):
        foods = {f for p, f in kept if p == place and f != EMPTY}
        in_mix = int((pattern.place[served] == place).sum())
        assert len(foods) <= max(CANDIDATES, in_mix)


def test_an_option_is_there_for_every_portion_of_a_food() -> None:
    case, _, _ = solved()
    pattern = case.program.pattern
    food = OPTIONS.food[OPTIONS.start[0]]
    grams = OPTIONS.grams[(OPTIONS.place == 0) & (OPTIONS.food == food)]
    assert len(grams) == pattern.steps[food] + 1
    assert grams[0] == pytest.approx(pattern.smallest_g[food])
    assert grams[-1] == pytest.approx(pattern.largest_g[food])


def test_the_mix_costs_by_the_options_what_the_program_says() -> None:
    """The linear program's value is made of the same dollars as a menu's."""
    case, week, mix = solved()
    pattern, served = case.program.pattern, mix.days > 0.0
    food, place = pattern.food[served], pattern.place[served]
    usd = (pattern.serving_usd(place, food, mix.grams[served]) + week.taste[food]) @ mix.days[served]
    priced = np.isfinite(week.price)
    missed = np.abs(mix.short[priced]) @ week.price[priced]
    over = np.maximum(np.bincount(food, weights=mix.days[served], minlength=len(week.free)) - week.free, 0.0)
    assert usd + missed + over.sum() * 1.0 == pytest.approx(mix.value, rel=1e-3)


def test_shares_of_hard_limits_are_told_in_parts_of_the_limit() -> None:
    case, week, mix = solved()
    everything = options_of(case.program.pattern, week, np.arange(len(case.program.pattern.food)), mix.dual)
    empty_table = np.maximum(everything.base, 0.0) * everything.share
    least_rows = everything.hard & (everything.base > 0.0)
    assert empty_table[least_rows] == pytest.approx(np.ones(least_rows.sum()), abs=0.3)


def test_line_prices_are_shares_between_nothing_and_the_whole_price() -> None:
    assert (OPTIONS.slack >= 0.0).all()
    assert (OPTIONS.slack <= 1.0).all()
    assert OPTIONS.slack.max() > 0.0
