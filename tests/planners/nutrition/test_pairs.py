"""Two changes at once."""

import numpy as np
import pytest

from planners.nutrition.pairs import improve_pairs
from planners.nutrition.rounding import round_mix
from planners.nutrition.search import Menu, improve, values
from tests.planners.nutrition.asking import generator, options_for, solved

CASE, WEEK, MIX = solved()
OPTIONS = options_for()
DRAWN = round_mix(CASE.program.pattern, OPTIONS, MIX, 8, generator(3))
SINGLE = [
    improve(OPTIONS, Menu(cells=c, value=float(v)), 200)
    for c, v in zip(DRAWN, values(OPTIONS, DRAWN), strict=True)
]


def test_pairs_better_menus_that_no_single_change_betters_and_tell_their_true_value() -> None:
    paired = [improve_pairs(OPTIONS, menu, 50) for menu in SINGLE]
    for before, after in zip(SINGLE, paired, strict=True):
        assert after.value <= before.value + 1e-9
        assert after.value == pytest.approx(values(OPTIONS, after.cells[np.newaxis])[0])
        assert after.value >= MIX.value - 1e-6
    assert sum(after.value < before.value - 1e-3 for before, after in zip(SINGLE, paired, strict=True)) >= 1


def test_places_keep_their_number_of_servings() -> None:
    paired = improve_pairs(OPTIONS, SINGLE[0], 50)
    assert (np.bincount(OPTIONS.place[paired.cells], minlength=len(WEEK.cells)) == WEEK.cells).all()


def test_no_round_changes_nothing() -> None:
    assert improve_pairs(OPTIONS, SINGLE[0], 0) is SINGLE[0]
