"""Can these results be scored at all? Every fault, with its pointer and what would be right."""

from __future__ import annotations

from collections.abc import Mapping

from planners.errors import FieldError
from planners.reading import escape, range_text
from planners.spec import FitnessTest, Standard
from planners.workout.tests.registry import RULES, ages_of
from planners.workout.tests.rules import Event, Unit

HIGHEST_FT = 20_000
"""No test is held above this: the highest towns lie below it."""


def person_faults(
    test: FitnessTest,
    age_years: int,
    standard: Standard,
    altitude_ft: float,
    *,
    age_at: str = "/age_years",
    standard_at: str = "/standard",
    altitude_at: str = "/altitude_ft",
) -> list[FieldError]:
    """What is wrong with the person, the standard or the place; `…_at` is where the request holds each."""
    rules = RULES[test]
    faults = []
    ages = ages_of(test)
    if age_years not in ages:
        allowed = range_text(ages.first, ages.last)
        text = f"the charts of the {rules.title} are for ages {allowed}, not {age_years}"
        faults.append(FieldError(pointer=age_at, detail=text, allowed=(allowed,)))
    if standard not in rules.standards:
        words = tuple(str(word) for word in rules.standards)
        text = f"no {standard} standard of the {rules.title} is known; its standard is {' or '.join(words)}"
        faults.append(FieldError(pointer=standard_at, detail=text, allowed=words))
    if rules.altitude_limit_ft is not None and altitude_ft >= rules.altitude_limit_ft:
        text = (
            f"the charts of the {rules.title} for {rules.altitude_limit_ft:,.0f} ft and above are not known; "
            f"must be below that, not {altitude_ft:,.0f}"
        )
        faults.append(FieldError(pointer=altitude_at, detail=text))
    return faults


def result_faults(test: FitnessTest, events: Mapping[str, float], at: str = "/events") -> list[FieldError]:
    """What is wrong with the results: unknown events, two where one is allowed, impossible values."""
    rules = RULES[test]
    known = {event.name: event for event in rules.events}
    faults = []
    for name, result in events.items():
        pointer = f"{at}/{escape(name)}"
        if name not in known:
            text = f"is not an event of the {rules.title}"
            faults.append(FieldError(pointer=pointer, detail=text, allowed=tuple(known)))
        else:
            faults += _value_faults(known[name], result, pointer)
    for group in rules.groups:
        given = [event.name for event in group if event.name in events]
        if len(given) > 1:
            text = f"give one of {', '.join(given)}: only one of them counts"
            faults.append(FieldError(pointer=f"{at}/{given[1]}", detail=text, allowed=tuple(given)))
    return faults


def _value_faults(event: Event, result: float, pointer: str) -> list[FieldError]:
    allowed = range_text(event.least, event.most)
    if not event.least <= result <= event.most:
        unit = "" if event.unit is Unit.RATIO else f" {event.unit}"
        text = f"{result:g}{unit} is no possible result of the event ({event.text}); must be {allowed}{unit}"
        return [FieldError(pointer=pointer, detail=text, allowed=(allowed,))]
    if event.whole and result != int(result):
        return [FieldError(pointer=pointer, detail=f"must be a whole number, not {result:g}")]
    return []
