"""What was eaten, logged or planned, as JSON data: scores out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.catalog import Catalog
from planners.nutrition.score import DayScore, score_day
from planners.reading import kind_of, limits, read
from planners.spec import Member

DIGITS = 3


@dataclass(frozen=True, kw_only=True)
class Eaten:
    """One food of a day."""

    food_code: int = limits("FNDDS code of a food of the catalogue.", least=10_000_000, most=99_999_999)
    grams: float = limits("Amount as eaten, in grams.", least=0.1, most=10_000)


@dataclass(frozen=True, kw_only=True)
class LoggedDay:
    """A day to be scored."""

    member: Member = limits("Who ate it: the recommendations go by sex and age.")
    foods: tuple[Eaten, ...] = limits("All that was eaten.", shortest=1, longest=500)


def score_eating(catalog: Catalog, data: object) -> dict[str, Any]:
    """Scores of `{"member", "foods": [{"food_code", "grams"}]}`, or of each day of `{"member", "plan"}`.

    A plan is one that `planners.plan.plan_json` gave; of it only the items are read.

    Raises
    ------
    InvalidRequest
        With a pointer into `data` to each fault: unknown foods, grams that are no amount, a day without
        energy.
    """
    if not isinstance(data, dict):
        raise InvalidRequest([FieldError(pointer="", detail=f"must be an object, not {kind_of(data)}")])
    if "plan" not in data:
        return _told(_score(catalog, data, "/foods", ()))
    if "foods" in data:
        raise InvalidRequest(
            [FieldError(pointer="/foods", detail="stands beside a plan: send one of the two")]
        )
    rest = {name: value for name, value in data.items() if name != "plan"}
    days = []
    for d, (foods, places) in enumerate(_foods_of_days(data["plan"])):
        days.append(_score(catalog, rest | {"foods": foods}, f"/plan/days/{d}", places))
    return {"days": [_told(day) for day in days]}


def _score(catalog: Catalog, data: dict[str, Any], where: str, places: Sequence[str]) -> DayScore:
    """Scores of one day; `where` it stands in the caller's data, and the `places` of its foods there."""
    try:
        day = read(LoggedDay, data)
        return score_day(catalog, [(food.food_code, food.grams) for food in day.foods], day.member)
    except InvalidRequest as error:
        moved = [replace(fault, pointer=_moved(fault.pointer, where, places)) for fault in error.errors]
        raise InvalidRequest(moved) from error


def _moved(pointer: str, where: str, places: Sequence[str]) -> str:
    """A pointer into a day as one into the caller's data; one to a total is about the whole day."""
    match pointer.split("/"):
        case [_, "nutrients" | "patterns", *_] | [_, "foods"]:
            return where
        case [_, "foods", nth, *rest] if places:
            return "/".join((places[int(nth)], *rest))
    return pointer


def _foods_of_days(plan: Any) -> list[tuple[list[dict[str, Any]], list[str]]]:
    """The foods of each day, and the pointer to each."""
    try:
        return [
            (
                [
                    {"food_code": item["food_code"], "grams": item["grams"]}
                    for meal in day["meals"]
                    for item in meal["items"]
                ],
                [
                    f"/plan/days/{d}/meals/{m}/items/{i}"
                    for m, meal in enumerate(day["meals"])
                    for i in range(len(meal["items"]))
                ],
            )
            for d, day in enumerate(plan["days"])
        ]
    except (KeyError, TypeError, IndexError) as error:
        text = "must be a nutrition plan with days, meals and items, as `reveille plan nutrition` prints it"
        raise InvalidRequest([FieldError(pointer="/plan", detail=text)]) from error


def _told(score: DayScore) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in dataclasses.asdict(score).items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _rounded(each) for name, each in value.items()}
    return round(float(value), DIGITS)
