"""The whole-number program and prove mode."""

import numpy as np
import pytest

from planners.nutrition.options import options_of
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.prove import prove_week
from planners.nutrition.rounding import round_mix
from planners.nutrition.search import Menu, improve, values
from planners.nutrition.weeks import make_case, period_week
from planners.nutrition.whole import servings, whole_program
from planners.outcome import Termination
from tests.planners.nutrition.asking import CATALOG, ask, generator, options_for, solved
from tests.planners.nutrition.test_planner import PROMISED_MISS, worst_miss

CASE, WEEK, MIX = solved()


def whole_solution(cells: np.ndarray) -> np.ndarray:
    """A menu's servings as the columns of the whole-number program, misses and repeats at their least."""
    options, pattern = options_for(), CASE.program.pattern
    plain = whole_program(pattern, WEEK)
    count, foods = len(pattern.food), np.unique(pattern.food)
    x = np.zeros(len(plain.cost))
    middle = (pattern.steps + 1) // 2
    for cell in cells:
        food = options.food[cell]
        if food >= 0:
            choice = int(np.flatnonzero((pattern.place == options.place[cell]) & (pattern.food == food))[0])
            step = int(np.rint((options.grams[cell] - pattern.smallest_g[food]) / pattern.step_g[food]))
            x[choice] += 1
            x[count + choice] += min(step, middle[food])
            x[2 * count + choice] += max(step - middle[food], 0)
    served = np.bincount(pattern.food, weights=x[:count], minlength=len(CATALOG))
    x[3 * count : 3 * count + len(foods)] = np.maximum(served - WEEK.free, 0.0)[foods]
    rows, first = len(pattern.rows), 3 * count + len(foods)
    total = plain.matrix[:rows, :first] @ x[:first]
    x[first : first + rows] = np.maximum(WEEK.low - total, 0.0)
    x[first + rows :] = np.maximum(total - WEEK.high, 0.0)
    return x


def found_menu() -> Menu:
    options = options_for()
    drawn = round_mix(CASE.program.pattern, options, MIX, 8, generator())
    menus = [improve(options, Menu(cells=c, value=float(values(options, c[None])[0])), 200) for c in drawn]
    return min(menus, key=lambda menu: menu.value)


def test_a_menu_of_the_search_is_a_solution_of_the_whole_number_program_at_the_same_value() -> None:
    menu, plain = found_menu(), whole_program(CASE.program.pattern, WEEK)
    x = whole_solution(menu.cells)
    assert plain.cost @ x == pytest.approx(menu.value, rel=1e-6)
    kept = len(CASE.program.pattern.rows)
    value = plain.matrix[kept:] @ x
    assert (value <= plain.high[kept:] + 1e-9).all()
    assert (value >= plain.low[kept:] - 1e-9).all()


def test_steps_are_dealt_to_days_as_evenly_as_can_be() -> None:
    pattern = CASE.program.pattern
    x = np.zeros(3 * len(pattern.food))
    x[4], x[len(pattern.food) + 4], x[2 * len(pattern.food) + 4] = 3, 4, 1
    choice, step = servings(pattern, x)
    assert choice.tolist() == [4, 4, 4]
    assert step.tolist() == [2, 2, 1]


FEW = "beans rice corn potatoes pasta juice cheese frozen canned coffee tea soup oil peas bread"
SMALL = ask(
    days=1,
    meals_per_day=3,
    diets=["vegetarian"],
    allergies=["tree_nut", "sesame", "peanut", "wheat"],
    dislikes=FEW.split(" "),
)


def test_the_proofs_menu_is_worth_what_the_solver_says_and_its_bound_is_no_looser() -> None:
    case = make_case(CATALOG, SMALL)
    week, pattern = period_week(case, 0, {}), case.program.pattern
    mix = case.program.solve(week)
    assert mix is not None
    every = options_of(pattern, week, np.arange(len(pattern.food)), mix.dual)
    proof = prove_week(pattern, week, every, nodes=1)
    assert proof is not None
    assert values(every, proof.cells[np.newaxis])[0] == pytest.approx(proof.value, rel=1e-5)
    assert mix.value - 1e-5 <= proof.bound <= proof.value
    assert (np.bincount(every.place[proof.cells], minlength=len(week.cells)) == week.cells).all()


def test_prove_mode_is_at_least_as_good_and_says_how_it_ended() -> None:
    quick, proved = plan_nutrition(SMALL), plan_nutrition(SMALL, prove_nodes=1)
    assert proved.solution.lower_bound >= quick.solution.lower_bound - 1e-5
    assert proved.solution.gap <= quick.solution.gap + 1e-6
    assert proved.solution.status in (Termination.OPTIMAL, Termination.LIMIT)
    assert worst_miss(proved) <= PROMISED_MISS
