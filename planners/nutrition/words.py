"""Sentences about a finished menu that the member must read."""

from __future__ import annotations

from collections.abc import Sequence

from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.targets import DailyTargets
from planners.plan import MenuDay, MenuWeek

TOLD_SHARE = 0.005  # misses below this share of the limit are not worth a sentence
WATER = "water_g"


def nutrient_words(name: str) -> tuple[str, str]:
    """Name and unit in plain words.

    >>> nutrient_words("vitamin_b12_ug"), nutrient_words("folate_ug_dfe")
    (('vitamin B12', 'µg'), ('folate', 'µg DFE'))
    """
    for unit in ("kcal", "g", "mg", "ug", "ug_rae", "ug_dfe"):
        if name.endswith(f"_{unit}"):
            word, told = name.removesuffix(f"_{unit}").replace("_", " "), unit
    head, _, letter = word.partition("vitamin ")
    word = f"{head}vitamin {letter.upper()}" if letter else word
    unit = told.replace("ug", "µg").replace("_rae", " RAE").replace("_dfe", " DFE")
    return word, unit


def missed_warnings(
    targets: DailyTargets, forgiven: frozenset[str], weeks: Sequence[MenuWeek]
) -> tuple[str, ...]:
    """One sentence for each limit that some week's mean misses."""
    told = []
    for name in NUTRIENTS:
        target = targets.weekly.get(name)
        if target is None:
            continue
        lowest, highest = (pick(w.nutrients[name] for w in weeks) for pick in (min, max))
        if target.min and lowest < target.min * (1.0 - TOLD_SHARE):
            told.append(_short(name, lowest, target.min, name in forgiven))
        if target.max and highest > target.max * (1.0 + TOLD_SHARE):
            told.append(_over(name, highest, target.max))
    return tuple(told)


def _short(name: str, value: float, least: float, forgiven: bool) -> str:
    if name == WATER:
        litres = max((least - value) / 1_000.0, 0.1)
        return f"Drink about {litres:.1f} litres of water a day beside what the menu holds."
    word, unit = nutrient_words(name)
    text = f"{word[0].upper()}{word[1:]} comes to {value:.3g} {unit} a day, below {least:.3g}"
    if forgiven:
        return f"{text}: no permitted food makes up for it; ask a dietitian about a supplement."
    return f"{text}."


def _over(name: str, value: float, most: float) -> str:
    word, unit = nutrient_words(name)
    return f"{word[0].upper()}{word[1:]} comes to {value:,.0f} {unit} a day, above {most:,.0f}."


def day_warnings(days: Sequence[MenuDay]) -> tuple[str, ...]:
    """One sentence for each limit of a day that a day misses, water left aside."""
    told = []
    for day in days:
        for name, target in day.targets.items():
            value, (word, unit) = day.nutrients[name], nutrient_words(name)
            if name != WATER and target.min and value < target.min * (1.0 - TOLD_SHARE):
                told.append(f"Day {day.day} has {value:,.0f} {unit} of {word}, below {target.min:,.0f}.")
            if target.max and value > target.max * (1.0 + TOLD_SHARE):
                told.append(f"Day {day.day} has {value:,.0f} {unit} of {word}, above {target.max:,.0f}.")
    return tuple(told)
