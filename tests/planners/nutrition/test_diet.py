"""The pattern program: its optimum, its bound, its independence of what was solved before."""

import dataclasses

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from planners.nutrition.amounts import COST, ENERGY
from planners.nutrition.basis import start_of
from planners.nutrition.diet import Mix, PatternProgram
from planners.nutrition.weeks import make_case, period_week
from planners.nutrition.whole import whole_program
from tests.planners.nutrition.asking import CATALOG, WOMAN, ask, generator, solved


def totals(seed: int = 0) -> np.ndarray:
    case, _, mix = solved(seed)
    pattern, served = case.program.pattern, mix.days > 0.0
    features = pattern.features(pattern.place[served], pattern.food[served], mix.grams[served])
    return mix.days[served] @ features


def same(one: Mix, other: Mix) -> bool:
    pairs = zip(dataclasses.astuple(one), dataclasses.astuple(other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def test_the_optimum_is_that_of_another_solver_on_the_whole_number_programs_relaxation() -> None:
    case, week, mix = solved()
    plain = whole_program(case.program.pattern, week)
    least, most = np.isfinite(plain.low), np.isfinite(plain.high)
    matrix = plain.matrix.tocsr()
    found = linprog(
        plain.cost,
        A_ub=sp.vstack([matrix[most], -matrix[least]]),
        b_ub=np.concatenate([plain.high[most], -plain.low[least]]),
        bounds=np.column_stack([np.zeros(len(plain.upper)), plain.upper]),
        method="highs-ipm",
    )
    assert mix.value == pytest.approx(found.fun, rel=1e-6)


def test_every_hard_limit_holds_on_the_mix() -> None:
    _case, week, _ = solved()
    value = totals()
    hard = np.isinf(week.price)
    assert (value[hard] >= week.low[hard] - 1e-3 * week.scale[hard]).all()
    assert (value[hard] <= week.high[hard] + 1e-3 * week.scale[hard]).all()


def test_each_place_is_filled_as_often_as_it_must_be_and_no_food_comes_too_often() -> None:
    case, week, mix = solved()
    pattern = case.program.pattern
    days = np.bincount(pattern.place, weights=mix.days, minlength=len(week.cells))
    assert (days >= week.needed - 1e-5).all()
    assert (days <= week.cells + 1e-5).all()
    servings = np.bincount(pattern.food, weights=mix.days, minlength=len(CATALOG))
    assert (servings <= week.most + 1e-5).all()


def test_portions_stay_on_the_ladder_between_smallest_and_largest() -> None:
    case, _, mix = solved()
    pattern, served = case.program.pattern, mix.days > 0.0
    food = pattern.food[served]
    assert (mix.grams[served] >= pattern.smallest_g[food] - 1e-3).all()
    assert (mix.grams[served] <= pattern.largest_g[food] + 1e-3).all()


def test_the_answer_hangs_on_nothing_that_was_solved_before() -> None:
    case = make_case(CATALOG, ask())
    week, start = period_week(case, 0, {}), start_of(case.program, case.targets.energy_kcal, 0)
    first = case.program.solve(week, start)
    other = make_case(CATALOG, ask(member=WOMAN | {"activity": "active"}, goal="weight_loss", seed=5))
    assert other.program is case.program
    case.program.solve(period_week(other, 0, {}))
    again = case.program.solve(week, start)
    assert first is not None
    assert again is not None
    assert same(first, again)


def test_a_start_moves_the_path_and_not_the_optimum() -> None:
    case, week, mix = solved()
    started = case.program.solve(week, start_of(case.program, 2_000.0, 0))
    assert started is not None
    assert started.value == pytest.approx(mix.value, rel=1e-7)
    assert started.days == pytest.approx(mix.days, abs=1e-4)


def test_a_tighter_limit_never_makes_the_bound_lower() -> None:
    case, week, mix = solved()
    at = case.program.pattern.rows.index("calcium_mg")
    bound = mix.value
    for factor in (1.2, 1.5, 2.0):
        low = week.low.copy()
        low[at] *= factor
        tighter = case.program.solve(dataclasses.replace(week, low=low))
        assert tighter is not None
        assert tighter.value >= bound - 1e-7
        bound = tighter.value


def test_a_dual_price_tells_what_a_unit_more_of_its_limit_costs() -> None:
    case, week, mix = solved()
    rows = case.program.pattern.rows
    hard = [
        i for i in range(len(rows)) if np.isinf(week.price[i]) and mix.dual[i] > 1e-4 and rows[i] != ENERGY
    ]
    assert hard
    for i in hard[:3]:
        low = week.low.copy()
        step = 1e-4 * abs(low[i])
        low[i] += step
        moved = case.program.solve(dataclasses.replace(week, low=low))
        assert moved is not None
        assert (moved.value - mix.value) / step == pytest.approx(mix.dual[i], rel=0.05)


def test_limits_that_cannot_meet_have_no_mix_and_the_elastic_program_says_which() -> None:
    case, week, _ = solved()
    rows = case.program.pattern.rows
    high = week.high.copy()
    high[rows.index(COST)] = 7 * 0.5
    poor = dataclasses.replace(week, high=high)
    assert case.program.solve(poor) is None
    price = np.where(np.isfinite(week.price), week.price, 1.0 / week.scale)
    elastic = case.program.solve_elastic(poor, price)
    assert elastic is not None
    assert elastic.short[rows.index(COST)] < -1.0


def test_the_least_cost_is_below_every_menus() -> None:
    case, week, _ = solved()
    least = case.program.least_cost(week)
    assert least is not None
    assert 7 * 1.0 < least < totals()[case.program.pattern.rows.index(COST)]


def test_a_disliked_food_is_never_in_the_mix() -> None:
    case, week, mix = solved()
    served = np.unique(case.program.pattern.food[mix.days > 0.1])
    most = week.most.copy()
    most[served[0]] = 0
    free = np.minimum(week.free, most)
    without = case.program.solve(dataclasses.replace(week, most=most, free=free))
    assert without is not None
    assert not (without.days[case.program.pattern.food == served[0]] > 0.0).any()


def test_members_of_one_class_share_a_program_and_its_starting_basis() -> None:
    one = make_case(CATALOG, ask())
    other = make_case(CATALOG, ask(member=WOMAN | {"activity": "active"}))
    assert one.program is other.program
    assert start_of(one.program, 3_010.0, 2) is start_of(one.program, 2_990.0, 2)
    assert start_of(one.program, 3_010.0, 2) is not start_of(one.program, 3_010.0, 3)
    assert start_of(one.program, 3_010.0, 2) is not start_of(one.program, 3_700.0, 2)


def test_the_order_of_the_foods_does_not_matter() -> None:
    case, week, mix = solved()
    pattern, order = case.program.pattern, generator(8).permutation(len(case.program.pattern.food))
    shuffled = dataclasses.replace(pattern, place=pattern.place[order], food=pattern.food[order])
    again = PatternProgram(shuffled).solve(week)
    assert again is not None
    assert again.value == pytest.approx(mix.value, rel=1e-9)
    assert again.days == pytest.approx(mix.days[order], abs=1e-6)
    assert again.grams == pytest.approx(mix.grams[order], abs=1e-3)
