"""From fractions of days to whole servings."""

import numpy as np
import pytest

from planners.nutrition.options import EMPTY
from planners.nutrition.rounding import round_mix
from tests.planners.nutrition.asking import generator, options_for, solved

CASE, WEEK, MIX = solved()
OPTIONS = options_for()
DRAWN = round_mix(CASE.program.pattern, OPTIONS, MIX, 400, generator())


def test_every_menu_fills_every_place_with_its_own_options() -> None:
    assert DRAWN.shape == (400, WEEK.cells.sum())
    assert (OPTIONS.place[DRAWN] == np.repeat(np.arange(len(WEEK.cells)), WEEK.cells)).all()


def test_a_choice_is_served_on_the_days_of_the_mix_rounded_down_or_up() -> None:
    pattern = CASE.program.pattern
    for i in np.flatnonzero(MIX.days > 0.0):
        served = ((OPTIONS.place[DRAWN] == pattern.place[i]) & (OPTIONS.food[DRAWN] == pattern.food[i])).sum(
            axis=1
        )
        assert served.min() >= np.floor(MIX.days[i] - 1e-4)
        assert served.max() <= np.ceil(MIX.days[i] + 1e-4)


def test_over_many_menus_the_mean_is_the_mixs() -> None:
    pattern = CASE.program.pattern
    for i in np.flatnonzero(MIX.days > 0.2):
        served = (OPTIONS.place[DRAWN] == pattern.place[i]) & (OPTIONS.food[DRAWN] == pattern.food[i])
        assert served.sum(axis=1).mean() == pytest.approx(MIX.days[i], abs=0.12)


def test_portions_are_the_nearest_on_the_ladder() -> None:
    pattern = CASE.program.pattern
    for i in np.flatnonzero(MIX.days > 0.0):
        mine = (OPTIONS.place == pattern.place[i]) & (OPTIONS.food == pattern.food[i])
        used = np.unique(DRAWN[np.isin(DRAWN, np.flatnonzero(mine))])
        for option in used:
            off = abs(OPTIONS.grams[option] - MIX.grams[i])
            assert off <= np.abs(OPTIONS.grams[mine] - MIX.grams[i]).min() + 1e-3


def test_the_same_seed_draws_the_same_menus_and_another_seed_others() -> None:
    again = round_mix(CASE.program.pattern, OPTIONS, MIX, 400, generator())
    other = round_mix(CASE.program.pattern, OPTIONS, MIX, 400, generator(1))
    assert (again == DRAWN).all()
    assert (other != DRAWN).any()


def test_a_required_place_is_never_empty() -> None:
    required = [p for p, place in enumerate(CASE.program.pattern.table.places) if not place.optional]
    assert not (OPTIONS.food[DRAWN[np.isin(OPTIONS.place[DRAWN], required)]] == EMPTY).any()
