"""The test a plan prepares for: which events, what they are now, what they should become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planners.errors import FieldError, Infeasible, InvalidRequest
from planners.spec import WorkoutRequest
from planners.workout.ability import (
    CONTACT_M,
    HAND_RELEASE,
    REVERSE_CRUNCH_SHARE,
    RUNS_M,
    SHUTTLE_VDOT,
    SIT_UP_SHARE,
    Ability,
)
from planners.workout.catalog import TESTED, load_catalogue
from planners.workout.formulas import KG_PER_LB, METRES_PER_MILE, one_rep_max, race_time_s, riegel_s
from planners.workout.known import known_results
from planners.workout.permitted import forbidden_by
from planners.workout.purpose import MOVEMENT_OF
from planners.workout.spared import effective_restrictions
from planners.workout.tests import RULES, UnknownStandard, person_faults, result_faults
from planners.workout.tests.effort import weeks_of_training
from planners.workout.tests.rules import Event, Rules
from planners.workout.tests.target import Target, target_results
from planners.workout.vocabulary import Basis, Tested

COURSE_S = {"SDC": (1.55, 61.0), "MANUF": (1.9, 88.0)}
"""Seconds of a course guessed from the time over a mile: share of it, and seconds more [G]."""
LIFTS_OF_PRESS = 2.2
"""Ammo-can lifts in two minutes for each kilogram of the overhead press maximum, at least 25 [G]."""
OWN_TRANSFER = 0.9
"""Exercises that carry over so much are the event's own movement."""
BASE_NEED = 0.35
"""An event that needs nothing more is still trained this much, the neediest 1 [G]."""


@dataclass(frozen=True, kw_only=True)
class TestAim:
    """The test as the plan sees it.

    Attributes
    ----------
    events : one of each group.
    now : the result of each, given or guessed.
    guessed : events without a given result.
    target : the results to train for; None where the charts do not say.
    needs : tested movements, 0-1.
    excluded : events that the restrictions exclude: neither trained nor predicted.
    whole : False when a waiver or a restriction leaves an event out without an alternate: then there is no
        total.
    """

    __test__ = False

    rules: Rules
    events: tuple[Event, ...]
    now: Mapping[str, float]
    guessed: frozenset[str]
    target: Target | None
    needs: Mapping[Tested, float]
    excluded: tuple[str, ...] = ()
    whole: bool = True


def refuse_impossible_results(request: WorkoutRequest) -> None:
    """Raise InvalidRequest when a result is impossible, the charts leave the member out, or the test has no
    such total."""
    goal = request.test
    if goal is None:
        return
    rules = RULES[goal.name]
    faults = result_faults(goal.name, goal.current, at="/test/current")
    person = person_faults(goal.name, request.member.age_years, goal.standard, request.altitude_ft)
    faults += [_moved(fault) for fault in person]
    faults += _waiver_faults(rules, goal.waived)
    if goal.target_points is not None and goal.target_points > rules.most_total:
        allowed = f"at most {rules.most_total:g}"
        text = f"the {rules.title} gives {allowed} points, not {goal.target_points:g}"
        faults.append(FieldError(pointer="/test/target_points", detail=text, allowed=(allowed,)))
    if faults:
        raise InvalidRequest(faults)


def _waiver_faults(rules: Rules, waived: tuple[str, ...]) -> list[FieldError]:
    """Waivers of what is no event, and waivers that leave nothing to be tested."""
    names = tuple(event.name for event in rules.events)
    faults = [
        FieldError(
            pointer=f"/test/waived/{at}", detail=f"is not an event of the {rules.title}", allowed=names
        )
        for at, name in enumerate(waived)
        if name not in names
    ]
    if set(names) <= set(waived):
        text = f"leaves no event of the {rules.title}: plan for another goal, without a test"
        faults.append(FieldError(pointer="/test/waived", detail=text))
    return faults


def aim_of(request: WorkoutRequest, ability: Ability) -> TestAim | None:
    """What the request's test asks for; None without a test."""
    goal = request.test
    if goal is None:
        return None
    rules = RULES[goal.name]
    waived = frozenset(goal.waived)
    left = [tuple(e for e in group if e.name not in waived) for group in rules.groups]
    current = known_results(request)
    barred = frozenset(e.name for e in rules.events if _is_barred(e.name, request))
    found = [_event_of(group, current, barred) for group in left if group]
    events = tuple(event for event in found if event is not None)
    excluded = tuple(g[0].name for g, e in zip(filter(None, left), found, strict=True) if e is None)
    guesses = {e.name: guess_result(e.name, ability) for e in events if e.name not in current}
    now = {e.name: current.get(e.name, guesses.get(e.name)) for e in events}
    known = {name: value for name, value in now.items() if value is not None}
    whole = len(events) == len(rules.groups)
    target = _target(request, rules, events, known) if whole else None
    return TestAim(
        rules=rules,
        events=events,
        now=known,
        guessed=frozenset(guesses),
        target=target,
        needs=_needs(events, known, target),
        excluded=excluded,
        whole=whole,
    )


def _moved(fault: FieldError) -> FieldError:
    """The pointer of a person's fault, as it stands in a plan request."""
    where = {"/age_years": "/member/age_years", "/standard": "/test/standard"}
    return FieldError(
        pointer=where.get(fault.pointer, fault.pointer), detail=fault.detail, allowed=fault.allowed
    )


def _event_of(group: tuple[Event, ...], current: Mapping[str, float], barred: frozenset[str]) -> Event | None:
    """The event of which a result is known, else the first; None where the restrictions exclude that."""
    given = (event for event in group if event.name in current and event.name not in barred)
    return next(given, None if group[0].name in barred else group[0])


def _is_barred(event: str, request: WorkoutRequest) -> bool:
    """True when the restrictions forbid every exercise that is the event's own movement."""
    movement = MOVEMENT_OF.get(event)
    if movement is None:
        return False
    own = load_catalogue().transfer[:, TESTED.index(movement)] >= OWN_TRANSFER
    forbidden = [forbidden_by(restriction) for restriction in effective_restrictions(request)]
    return bool(forbidden) and bool(np.any(forbidden, axis=0)[own].all())


def guess_result(event: str, ability: Ability) -> float | None:
    """The present result of an event, from what the member can do; None where nothing tells."""
    of = ability.of
    if event == "MDL":
        return float(int(of[Basis.DEADLIFT] / one_rep_max(1.0, 3) / KG_PER_LB / 10) * 10)
    counts = {
        "HRP": of[Basis.PUSH_UP] * HAND_RELEASE,
        "hand_release_push_ups": of[Basis.PUSH_UP] * HAND_RELEASE,
        "push_ups": of[Basis.PUSH_UP],
        "pull_ups": of[Basis.PULL_UP],
        "sit_ups": of[Basis.SIT_UP] * SIT_UP_SHARE,
        "cross_leg_reverse_crunch": of[Basis.SIT_UP] * REVERSE_CRUNCH_SHARE,
        "PLK": of[Basis.PLANK],
        "plank": of[Basis.PLANK],
        "hamr": max(0.0, (ability.vdot - SHUTTLE_VDOT[0]) / SHUTTLE_VDOT[1]),
        "AL": max(25.0, LIFTS_OF_PRESS * of[Basis.PRESS]),
    }
    if event in counts:
        return float(int(counts[event]))
    if event in RUNS_M:
        return float(round(race_time_s(ability.vdot, RUNS_M[event])))
    mile = race_time_s(ability.vdot, METRES_PER_MILE)
    if event == "MTC":
        return float(round(riegel_s(mile, METRES_PER_MILE, CONTACT_M)))
    if event in COURSE_S:
        share, more = COURSE_S[event]
        return float(round(share * mile / 6 + more))
    return None


def _target(
    request: WorkoutRequest, rules: Rules, events: tuple[Event, ...], now: Mapping[str, float]
) -> Target | None:
    goal = request.test
    if goal is None or len(now) < len(events):
        return None
    total = goal.target_points if goal.target_points is not None else rules.standards[goal.standard].total
    member = request.member
    try:
        return target_results(
            goal.name,
            member.sex,
            member.age_years,
            goal.standard,
            request.altitude_ft,
            now,
            total,
            cost=squared_weeks,
        )
    except (UnknownStandard, Infeasible):
        return None


def squared_weeks(event: Event, now: float, needed: float) -> float:
    """Squared weeks of training: events are trained side by side, so that gaps should be even."""
    return weeks_of_training(event, now, needed) ** 2


def _needs(events: tuple[Event, ...], now: Mapping[str, float], target: Target | None) -> dict[Tested, float]:
    """How much each movement is needed: a base and its share of the largest gap, in weeks of training."""
    gaps: dict[Tested, float] = {}
    for event in events:
        movement = MOVEMENT_OF.get(event.name)
        if movement is None:
            continue
        wanted = target.results[event.name] if target is not None else None
        here = now.get(event.name)
        gap = weeks_of_training(event, here, wanted) if wanted is not None and here is not None else 1.0
        gaps[movement] = max(gap, gaps.get(movement, 0.0))
    most = max(gaps.values(), default=0.0)
    return {m: BASE_NEED + (1 - BASE_NEED) * (gap / most if most > 0 else 1.0) for m, gap in gaps.items()}
