"""The reference table as amounts a day for one member at one energy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from planners.nutrition.references import Binds, Reference, ReferenceKind, references_for
from planners.nutrition.safety import OBESE_BMI, weight_at
from planners.plan import Target
from planners.spec import Member, Sex

KCAL_PER_G = {  # Atwater's general factors, by which the tables' shares of energy are meant
    "protein_g": 4.0,
    "carbohydrate_g": 4.0,
    "added_sugars_g": 4.0,
    "fat_g": 9.0,
    "saturated_fat_g": 9.0,
}
SHARE = "% kcal"


def reference_targets(member: Member, energy_kcal: float) -> dict[str, Target]:
    """Least and most of each nutrient a day, in the unit of its name; the tightest where several rows speak.

    Only rows about food count: the upper figures of supplements and added forms limit no menu.
    """
    per = {
        "g/d": 1.0,
        "mg/d": 1.0,
        "ug/d": 1.0,
        SHARE: energy_kcal / 100.0,
        "g/1000 kcal": energy_kcal / 1_000.0,
        "g/kg/d": protein_mass(member),
        "mg/kg/d": member.weight_kg,
    }
    targets = {}
    for nutrient, rows, source in _rows_about_food(member.sex, member.age_years):
        factors = [per[row.unit] / (KCAL_PER_G[nutrient] if row.unit == SHARE else 1.0) for row in rows]
        targets[nutrient] = Target(
            min=_tightest(max, (row.min for row in rows), factors),
            max=_tightest(min, (row.max for row in rows), factors),
            source=source,
        )
    return targets


def protein_mass(member: Member) -> float:
    """Body mass in kg that protein is reckoned by: the member's, at most that of a body mass index of 30."""
    return min(member.weight_kg, weight_at(member, OBESE_BMI))


@cache
def _rows_about_food(sex: Sex, age_years: int) -> tuple[tuple[str, tuple[Reference, ...], str], ...]:
    """For each nutrient its rows and where they come from."""
    grouped: dict[str, list[Reference]] = {}
    for (nutrient, _), row in references_for(sex, age_years).items():
        if row.binds == Binds.FOOD:
            grouped.setdefault(nutrient, []).append(row)
    return tuple((name, tuple(rows), "; ".join(map(_source, rows))) for name, rows in grouped.items())


def _source(row: Reference) -> str:
    kind = "guideline" if row.kind == ReferenceKind.GUIDELINE else row.kind.upper()
    return f"{kind}, {row.source}"


def _tightest(
    choose: Callable[[list[float]], float], amounts: Iterable[float | None], factors: list[float]
) -> float | None:
    known = [amount * factor for amount, factor in zip(amounts, factors, strict=True) if amount is not None]
    return choose(known) if known else None
