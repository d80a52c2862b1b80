"""What logs of weights, meals and tastes change in the next request for a menu, and the sentence for each.

Small differences change nothing: a menu that moves with every weigh-in is nobody's menu.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from planners.nutrition.catalog import Catalog
from planners.nutrition.energy import estimated_expenditure
from planners.nutrition.expenditure import corrected_expenditure
from planners.nutrition.goal import LEARNED_BOUND
from planners.renewal.learned import Learned
from planners.spec import Member, NutritionGoal, NutritionRequest

STEP_KG = 0.5  # a smaller change of body mass changes no plan (chosen)
STEP_KCAL = 75.0  # nor does a smaller one of expenditure: some 3 % of a day (chosen)
ROUND_KCAL = 25.0
LATEST_DAYS = 7  # whose weigh-ins' median is the body mass: it swings by a kilogram from day to day
STALE_DAYS = 28  # a weigh-in before says nothing of today
FEWEST_WEIGHTS, FEWEST_INTAKES = 4, 7  # days logged before the expenditure is learned (chosen)
MOST_WORDS = 50  # of likes or dislikes, as planners.spec takes them

Asked = tuple[NutritionRequest, list[str]]


def learn_eating(catalog: Catalog, request: NutritionRequest, learned: Learned, today: date) -> Asked:
    """The request with what was learned, and what to tell the member of it."""
    request, weighed = _weighed(request, learned, today)
    request, reached = _goal_reached(request)
    request, spent = _spent(request, learned)
    request, tasted = _tasted(catalog, request, learned.tastes)
    return request, [*weighed, *reached, *spent, *tasted]


def body_mass(weights_kg: Mapping[date, float], today: date) -> float | None:
    """Median of the weigh-ins of the week up to the last one; None when that is four weeks ago or more."""
    past = [day for day in weights_kg if day < today]
    if not past or (today - max(past)).days >= STALE_DAYS:
        return None
    since = max(past) - timedelta(days=LATEST_DAYS)
    return round(median(weights_kg[day] for day in past if day > since), 1)


def _weighed(request: NutritionRequest, learned: Learned, today: date) -> Asked:
    mass, before = body_mass(learned.weights_kg, today), request.member.weight_kg
    if mass is None or abs(mass - before) < STEP_KG:
        return request, []
    told = f"You weigh {mass:g} kg by the weigh-ins of the last week; the plan before went by {before:g} kg."
    return replace(request, member=replace(request.member, weight_kg=mass)), [told]


def _goal_reached(request: NutritionRequest) -> Asked:
    """Who has reached the weight that was aimed at is fed to keep it."""
    goal, target, mass = request.goal, request.target_weight_kg, request.member.weight_kg
    lost = goal == NutritionGoal.WEIGHT_LOSS and target is not None and mass <= target
    gained = goal == NutritionGoal.MUSCLE_GAIN and target is not None and mass >= target
    if not (lost or gained):
        return request, []
    told = f"You have reached your {target:g} kg: from now on the menu keeps your weight."
    return replace(request, goal=NutritionGoal.MAINTENANCE, target_weight_kg=None), [told]


def _spent(request: NutritionRequest, learned: Learned) -> Asked:
    kcal = learned_kcal(request.member, learned)
    before = request.member.expenditure_kcal
    by_equation = estimated_expenditure(request.member)
    if kcal is None or abs(kcal - (before or by_equation)) < STEP_KCAL:
        return request, []
    days = len(learned.intake_kcal)
    told = (
        f"Your weights and {days} logged days of eating show that you spend about {kcal:,.0f} kcal a day; "
        f"the plan before went by {before or by_equation:,.0f} kcal."
    )
    return replace(request, member=replace(request.member, expenditure_kcal=kcal)), [told]


def learned_kcal(member: Member, learned: Learned) -> float | None:
    """Expenditure by the logs in steps of 25 kcal, within 30 % of the equation; None below enough days."""
    if len(learned.weights_kg) < FEWEST_WEIGHTS or len(learned.intake_kcal) < FEWEST_INTAKES:
        return None
    prior = estimated_expenditure(member)
    found = corrected_expenditure(learned.weights_kg, learned.intake_kcal, prior).kcal
    held = min(max(found, prior * (1.0 - LEARNED_BOUND)), prior * (1.0 + LEARNED_BOUND))
    return round(held / ROUND_KCAL) * ROUND_KCAL


def _tasted(catalog: Catalog, request: NutritionRequest, tastes: Mapping[int, bool | None]) -> Asked:
    """Likes and dislikes with the member's words on foods; a locked food is never disliked."""
    likes, dislikes, told = list(request.likes), list(request.dislikes), []
    locked = [catalog.row_of.get(lock.food_code, -1) for lock in request.locked]
    for code, taste in sorted(tastes.items()):
        row = catalog.row_of.get(code)
        if row is None:
            continue
        name = catalog.names[row]
        found = catalog.mentioning(name)
        liked, disliked = name in likes, name in dislikes
        likes = [word for word in likes if word != name]
        dislikes = [word for word in dislikes if word != name]
        if taste and len(likes) < MOST_WORDS:
            likes.append(name)
            told += [] if liked else [f"{name} comes more often where it fits, as you like it."]
        if taste is False and len(dislikes) < MOST_WORDS and not any(found[r] for r in locked if r >= 0):
            dislikes.append(name)
            told += [] if disliked else [f"{name} is left out, as you dislike it."]
    likes = [word for word in likes if _is_left(catalog, word, dislikes)]
    return replace(request, likes=tuple(likes), dislikes=tuple(dislikes)), told


def _is_left(catalog: Catalog, liked: str, dislikes: list[str]) -> bool:
    """Whether some food of a like is not disliked as well; the planner refuses a like that has none."""
    found = catalog.mentioning(liked)
    for word in dislikes:
        found = found & ~catalog.mentioning(word)
    return bool(found.any()) or not catalog.mentioning(liked).any()
