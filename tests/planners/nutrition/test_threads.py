"""Two members planned at once in one process get the plans that each gets alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from planners.nutrition.planner import plan_nutrition
from planners.plan import NutritionPlan
from planners.spec import read_request

THREADS = 4
MEMBERS = range(5, 24, 3)
TODAY = date(2026, 11, 20)


def request(number: int) -> dict[str, object]:
    member = {"sex": "male", "age_years": 20 + 7 * number % 40, "height_cm": 160 + 3 * number % 30}
    member["weight_kg"] = 55 + 5 * number % 45
    return {"kind": "nutrition", "seed": number, "days": 7, "start_date": "2026-12-01", "member": member}


def plan(number: int) -> NutritionPlan:
    return plan_nutrition(read_request(request(number), today=TODAY))


def test_plans_made_at_once_are_those_made_alone():
    alone = [plan(number) for number in range(THREADS)]
    together = Barrier(THREADS)

    def at_once(number: int) -> list[NutritionPlan]:
        together.wait()
        return [plan(number) for _ in range(6)]

    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(at_once, range(THREADS)))
    assert [set(map(repr, plans)) for plans in made] == [{repr(one)} for one in alone]


def test_a_plan_hangs_on_nobody_planned_before_on_the_same_thread():
    alone = []
    for number in MEMBERS:
        with ThreadPoolExecutor(1) as fresh:
            alone.append(fresh.submit(plan, number).result())
    assert [plan(number) for number in MEMBERS] == alone
