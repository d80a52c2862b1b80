"""What must hold of every plan, on requests drawn at random."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planners.errors import Infeasible, InvalidRequest
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.proof import raw_foods
from planners.nutrition.weeks import make_case, period_week
from planners.plan import NutritionPlan, plan_json
from planners.spec import Allergen, Diet
from tests.planners.nutrition.asking import CATALOG, SOLDIER, ask, plan_for
from tests.planners.nutrition.test_planner import PROMISED_MISS, worst_miss

QUICK = settings(
    max_examples=int(os.environ.get("REVEILLE_FUZZ_EXAMPLES", "40")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

MEMBERS = st.fixed_dictionaries(
    {
        "sex": st.sampled_from(["male", "female"]),
        "age_years": st.integers(18, 60),
        "height_cm": st.integers(155, 195),
        "activity": st.sampled_from(["inactive", "low_active", "active", "very_active"]),
    }
)
REQUESTS = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**63 - 1),
        "days": st.sampled_from([1, 3, 7]),
        "meals_per_day": st.integers(3, 6),
        "goal": st.sampled_from(["maintenance", "weight_loss", "muscle_gain"]),
        "diets": st.lists(st.sampled_from([str(d) for d in Diet]), unique=True, max_size=2),
        "allergies": st.lists(st.sampled_from([str(a) for a in Allergen]), unique=True, max_size=3),
        "likes": st.lists(st.sampled_from(["salmon", "pasta", "apple"]), unique=True, max_size=1),
        "dislikes": st.lists(st.sampled_from(["liver", "rice", "broccoli"]), unique=True, max_size=2),
    }
)


def plan(member: Mapping[str, object], bmi: float, fields: Mapping[str, object]) -> NutritionPlan | None:
    """The plan, or None where the request is refused with a reason."""
    height = float(str(member["height_cm"])) / 100.0
    weight = round(bmi * height * height, 1)
    try:
        return plan_nutrition(ask(member={**member, "weight_kg": weight}, **fields))
    except (Infeasible, InvalidRequest):
        return None


@given(member=MEMBERS, bmi=st.floats(20, 32), fields=REQUESTS)
@QUICK
def test_no_plan_holds_an_allergen_or_breaks_a_diet(
    member: dict[str, object], bmi: float, fields: dict[str, list[str]]
) -> None:
    """By the words of the file alone, and by code that shares none with the planner or its proof."""
    made = plan(member, bmi, fields)
    if made is None:
        return
    for day in made.days:
        for meal in day.meals:
            foods = [raw_foods()[str(item.food_code)] for item in meal.items]
            for food in foods:
                assert all(food["contains_" + allergen] == "no" for allergen in fields["allergies"])
                assert all(food["suits_" + diet] == "yes" for diet in fields["diets"])
            if "kosher" in fields["diets"]:
                assert not {"meat", "dairy"} <= {food["kosher_kind"] for food in foods}
    assert worst_miss(made) <= PROMISED_MISS or any("supplement" in text for text in made.warnings)


@given(seed=st.integers(0, 10_000), share=st.floats(0.75, 1.0))
@settings(QUICK, max_examples=15)
def test_a_tighter_budget_never_lowers_the_bound(seed: int, share: float) -> None:
    free = plan_nutrition(ask(seed=seed))
    cost = free.weeks[0].cost_usd
    looser = plan_nutrition(ask(seed=seed, budget_usd_per_day=round(cost, 2)))
    try:
        tighter = plan_nutrition(ask(seed=seed, budget_usd_per_day=round(share * cost, 2)))
    except Infeasible:
        return
    assert free.solution.lower_bound <= looser.solution.lower_bound + 1e-5
    assert looser.solution.lower_bound <= tighter.solution.lower_bound + 1e-5


@given(seed=st.integers(0, 10_000), factor=st.floats(1.0, 1.3))
@settings(QUICK, max_examples=15)
def test_more_protein_never_lowers_the_bound(seed: int, factor: float) -> None:
    case = make_case(CATALOG, ask(seed=seed))
    week = period_week(case, 0, {})
    at = case.program.pattern.rows.index("protein_g")
    low = week.low.copy()
    low[at] = min(low[at] * factor, week.high[at])
    loose, tight = case.program.solve(week), case.program.solve(dataclasses.replace(week, low=low))
    assert loose is not None
    assert tight is None or tight.value >= loose.value - 1e-6


FRESH = """
import json, sys
from datetime import date
from planners.nutrition.planner import plan_nutrition
from planners.plan import plan_json
from planners.spec import read_request
for line in sys.stdin:
    print(json.dumps(plan_json(plan_nutrition(read_request(json.loads(line), date(2026, 11, 30))))))
"""


def test_fresh_processes_make_the_plan_of_this_one_whoever_they_planned_for_before() -> None:
    """To the last bit: with bases kept from others or with none, and with another processor's algebra."""
    wanted = {"kind": "nutrition", "member": SOLDIER, "seed": 0}
    other = {"kind": "nutrition", "member": {**SOLDIER, "sex": "female", "weight_kg": 58, "height_cm": 165}}
    outputs = []
    old_processor = {"OPENBLAS_CORETYPE": "Nehalem", "OPENBLAS_NUM_THREADS": "1"}
    for requests, env in (
        ([wanted], {}),
        ([other, other | {"seed": 8}, wanted], {}),
        ([wanted], old_processor),
    ):
        lines = "\n".join(json.dumps(r) for r in requests)
        done = subprocess.run(
            [sys.executable, "-c", FRESH],
            input=lines,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **env},
        )
        outputs.append(done.stdout.splitlines()[-1])
    assert set(outputs) == {json.dumps(plan_json(plan_for(0)))}
