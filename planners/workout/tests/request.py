"""A score request from JSON, and the scored test as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planners.reading import limits, read
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests.advice import Advice, advise
from planners.workout.tests.results import HIGHEST_FT
from planners.workout.tests.scoring import ScoreCard, score
from planners.workout.tests.target import Target


@dataclass(frozen=True, kw_only=True)
class ScoreRequest:
    """Results of a fitness test to be scored."""

    test: FitnessTest = limits("The test.")
    sex: Sex = limits("Sex that the charts go by.")
    age_years: int = limits("Age in whole years on the day of the test.", least=0, most=120, example=24)
    standard: Standard = limits("Which standard of the test applies.", default=Standard.GENERAL)
    altitude_ft: float = limits(
        "Height of the place above sea level, in feet.", default=0.0, least=-1_500, most=HIGHEST_FT
    )
    events: Mapping[str, float] = limits(
        "Result of each event, by event name, in the event's unit.", shortest=1, longest=12
    )


def read_score_request(data: object) -> ScoreRequest:
    """Read a score request from what json.loads gave.

    Raises
    ------
    InvalidRequest
        With a JSON pointer for every fault.
    """
    return read(ScoreRequest, data)


def answer(request: ScoreRequest) -> dict[str, Any]:
    """The scored test and what it lacks, as JSON data; null where something is not known or there is none.

    Raises
    ------
    InvalidRequest
        When the charts do not cover the person, or a result is impossible.
    """
    person = (request.test, request.sex, request.age_years, request.standard, request.altitude_ft)
    card = score(*person, request.events)
    return card_json(card) | advice_json(advise(*person, request.events))


def card_json(card: ScoreCard) -> dict[str, Any]:
    """The scored test as JSON data."""
    return {
        "test": str(card.test),
        "events": {
            name: {"points": event.points, "minimum_met": event.minimum_met}
            for name, event in card.events.items()
        },
        "total": card.total,
        "pass": card.passed,
        "class": card.klass,
        "level": card.level,
        "missing": list(card.missing),
        "notes": list(card.notes),
    }


def advice_json(advice: Advice) -> dict[str, Any]:
    """What the test lacks as JSON data."""
    grade = advice.next_class
    return {
        "to_pass": _target_json(advice.to_pass),
        "next_class": grade
        and {
            "class": grade.name,
            "level": grade.level,
            "total": grade.total,
            "each": grade.each,
            "cheapest": _target_json(advice.to_next_class),
        },
        "maximum": dict(advice.maximum),
        "cheapest": [dataclasses.asdict(step) for step in advice.cheapest],
    }


def _target_json(target: Target | None) -> dict[str, Any] | None:
    if target is None:
        return None
    return {"results": dict(target.results), "points": dict(target.points), "total": target.total}
