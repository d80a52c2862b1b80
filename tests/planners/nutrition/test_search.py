"""Local search over whole menus."""

import numpy as np
import pytest

from planners.nutrition import search
from planners.nutrition.options import Options
from planners.nutrition.rounding import round_mix
from planners.nutrition.search import Menu, improve, values
from tests.planners.nutrition.asking import generator, options_for, solved

CASE, WEEK, MIX = solved()
OPTIONS = options_for()
DRAWN = round_mix(CASE.program.pattern, OPTIONS, MIX, 8, generator())


def menus() -> list[Menu]:
    return [Menu(cells=c, value=float(v)) for c, v in zip(DRAWN, values(OPTIONS, DRAWN), strict=True)]


def plain_value(options: Options, cells: np.ndarray) -> float:
    """The objective, summed the long way."""
    usd = sum(float(options.usd[c]) for c in cells)
    missed = sum(
        max(0.0, float(options.base[r]) + sum(float(options.miss[c, r]) for c in cells))
        for r in range(options.miss.shape[1])
    )
    served: dict[int, int] = {}
    for c in cells:
        served[int(options.known[c])] = served.get(int(options.known[c]), 0) + 1
    return usd + missed + sum(float(options.repeat_usd[f, n]) for f, n in served.items())


def test_a_menus_value_is_dollars_misses_and_repeats() -> None:
    assert values(OPTIONS, DRAWN[:2]) == pytest.approx([plain_value(OPTIONS, c) for c in DRAWN[:2]])


def test_a_search_never_makes_a_menu_worse_and_tells_its_true_value() -> None:
    for menu in menus():
        better = improve(OPTIONS, menu, 200)
        assert better.value <= menu.value
        assert better.value == pytest.approx(plain_value(OPTIONS, better.cells))


def test_no_single_change_betters_a_finished_menu_when_every_move_is_weighed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "SHORTLIST", 10**9)
    done = improve(OPTIONS, menus()[0], 500)
    for cell in range(0, len(done.cells), 7):
        place = OPTIONS.place[done.cells[cell]]
        for option in range(OPTIONS.start[place], OPTIONS.start[place + 1]):
            changed = done.cells.copy()
            changed[cell] = option
            assert values(OPTIONS, changed[np.newaxis])[0] >= done.value - 1e-5


def test_places_keep_their_number_of_servings() -> None:
    done = improve(OPTIONS, menus()[1], 200)
    assert (np.bincount(OPTIONS.place[done.cells], minlength=len(WEEK.cells)) == WEEK.cells).all()


def test_no_round_changes_nothing() -> None:
    start = menus()[0]
    assert (improve(OPTIONS, start, 0).cells == start.cells).all()


def test_no_menu_is_below_the_linear_programs_bound() -> None:
    assert min(improve(OPTIONS, menu, 200).value for menu in menus()) >= MIX.value - 1e-6
