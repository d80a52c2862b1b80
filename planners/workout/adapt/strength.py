"""Maxima from logged sets: one-repetition maxima in kg, most repetitions, longest holds.

An exercise's maximum is its catalogue share of a basis (squat, bench, push-up …), times a factor of its own:

    ln x_e = ln ratio_e + β_basis + δ_e,   β ~ N(ln guess, v0),   δ_e ~ N(0, τ²)
    a lift:        y = ln(w · 1RM(1, r + 10 - RPE)),  s² = 0.03² + (0.012 (r - 3)₊)² + (0.02 (10 - RPE))²
    repetitions:   y = ln(r + 10 - RPE),              s² = 0.08² + (0.03 (10 - RPE))²

| symbol | meaning | value |
| --- | --- | --- |
| v0 | variance of the prior: 0.25² for a guessed lift, 0.5² for guessed repetitions, 0.05² if tested | [G] |
| τ | how far a member's exercise is from its usual share of the basis | 0.12 [G] |
| s | deviation of one set's maximum: the fewer repetitions and the nearer to failure, the surer | [G] |
| H | half-life of a set's weight: 14 days; of a known maximum 28 days | [G] |

Repetitions in reserve are told well from RPE 5 on (Zourdos 2016, doi:10.1519/JSC.0000000000001049). A set
without RPE, below it, or of more than 20 repetitions shows only what is surely possible: for 28 days the
maximum is no less. An exercise without entries takes its share of the basis, a lift of a basis without
entries moves 0.6 of the way of the others (`ability.CARRIED_OVER`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planners.workout.ability import CARRIED_OVER, LIFTS, Ability
from planners.workout.adapt.belief import Belief, Observation, believe
from planners.workout.adapt.evidence import Effort
from planners.workout.catalog import load_catalogue
from planners.workout.formulas import MOST_REPS, one_rep_max
from planners.workout.resistance import LIFTED
from planners.workout.scheme import Kind, kinds
from planners.workout.vocabulary import Basis

GUESSED_LIFT, GUESSED_COUNT, TESTED, SHARE = 0.25, 0.5, 0.05, 0.12
HALF_LIFE, KNOWN_HALF_LIFE = 14.0, 28.0
FRESH_DAYS = 28
LEAST_RPE = 5.0
MOST_CARRIED = 1.6
BASES = (*LIFTS, Basis.PUSH_UP, Basis.PULL_UP, Basis.SIT_UP, Basis.AIR_SQUAT, Basis.PLANK)


@dataclass(frozen=True, kw_only=True, eq=False)
class Maxima:
    """What the sets say.

    Attributes
    ----------
    of : basis → maximum; only those that the sets move.
    own : catalogue row → maximum of an exercise with entries.
    bounded : entries held to their bound, and what they count as.
    """

    of: Mapping[Basis, float]
    own: Mapping[int, float]
    bounded: tuple[tuple[Observation, float], ...]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Entries of one exercise: those with a known effort, and the most that was surely possible."""

    row: int
    sets: tuple[Observation, ...]
    least: float


def refit(
    ability: Ability, efforts: Sequence[Effort], tested: Mapping[Basis, Sequence[Observation]]
) -> Maxima:
    """The maxima after these sets; `tested` are dated results and known maxima of each basis."""
    of: dict[Basis, float] = {}
    own: dict[int, float] = {}
    bounded: list[tuple[Observation, float]] = []
    seen = _seen(efforts)
    for basis in BASES:
        exercises = [s for s in seen if load_catalogue().bases[s.row] is basis]
        if not exercises and not tested.get(basis):
            continue
        guessed = GUESSED_LIFT if basis in LIFTS else GUESSED_COUNT
        deviation = TESTED if basis in ability.tested else guessed
        prior = Belief(mean=math.log(max(ability.of[basis], 1.0)), variance=deviation**2)
        prior = believe(prior, tested.get(basis, ()))
        bounded += prior.bounded
        of[basis] = math.exp(_basis(prior, exercises).mean)
        for exercise in exercises:
            others = _basis(prior, [s for s in exercises if s is not exercise])
            found = _exercise(others, exercise, tested=basis in ability.tested)
            bounded += found.bounded
            own[exercise.row] = max(math.exp(found.mean), _surely(found, exercise))
    return Maxima(of={**of, **_carried(ability, of)}, own=own, bounded=tuple(bounded))


def _basis(prior: Belief, exercises: Sequence[Seen]) -> Belief:
    """The basis from what each of its exercises says, τ beside the deviation of each entry."""
    points = [
        Observation(
            value=o.value - math.log(_ratio(s.row)),
            deviation=math.hypot(o.deviation, SHARE),
            age_days=o.age_days,
            half_life=o.half_life,
            told=o.told,
        )
        for s in exercises
        for o in s.sets
    ]
    return believe(prior, points)


def _exercise(basis: Belief, seen: Seen, *, tested: bool) -> Belief:
    """ln x_e from the basis as the other exercises tell it, and the exercise's own entries.

    One day's entry alone does not overrule a test result: it is held to its bound around that.
    """
    prior = Belief(mean=basis.mean + math.log(_ratio(seen.row)), variance=basis.variance + SHARE**2)
    alone = tested and len(seen.sets) == 1
    return believe(prior, seen.sets, around=prior.mean if alone else None)


def _surely(found: Belief, seen: Seen) -> float:
    """What a set of unknown effort has shown, no more than three deviations above what is believed."""
    return min(seen.least, math.exp(found.mean + 3 * math.sqrt(found.variance)))


def _ratio(row: int) -> float:
    return float(load_catalogue().ratio[row])


def _carried(ability: Ability, of: Mapping[Basis, float]) -> dict[Basis, float]:
    """The lifts without entries, moved along with those that have some."""
    moved = [math.log(of[b] / max(ability.of[b], 1.0)) for b in LIFTS if b in of]
    if not moved:
        return {}
    share = math.exp(CARRIED_OVER * math.fsum(sorted(moved)) / len(moved))
    factor = min(max(share, 1 / MOST_CARRIED), MOST_CARRIED)
    return {b: ability.of[b] * factor for b in LIFTS if b not in of and b not in ability.tested}


def _seen(efforts: Sequence[Effort]) -> list[Seen]:
    rows = sorted({e.row for e in efforts if load_catalogue().bases[e.row] in BASES})
    found = []
    for row in rows:
        mine = [(e, maximum_of(e)) for e in efforts if e.row == row]
        sure = [(e, m) for e, m in mine if m is not None and _effort_known(e)]
        least = [m for e, m in mine if m is not None and not _effort_known(e) and e.age_days <= FRESH_DAYS]
        found.append(Seen(row=row, sets=_by_day(sure), least=max(least, default=0.0)))
    return found


def _effort_known(effort: Effort) -> bool:
    if kinds()[effort.row] is Kind.HOLD:
        return effort.rpe >= ALL_OUT
    return effort.rpe >= LEAST_RPE and (kinds()[effort.row] is Kind.REPS or effort.reps <= MOST_REPS)


ALL_OUT = 9.0
"""From here on a hold or a run is taken to be all that was possible."""


def maximum_of(effort: Effort) -> float | None:
    """The maximum that a set shows: kg once, repetitions or seconds; None where it shows none."""
    kind, reserve = kinds()[effort.row], 10 - effort.rpe if effort.rpe >= LEAST_RPE else 0.0
    if kind is Kind.HOLD:
        return effort.seconds or None
    if kind is Kind.REPS:
        return effort.reps + reserve if effort.reps else None
    if kind is Kind.CARRY:
        return effort.load_kg or None
    if kind not in LIFTED or not effort.load_kg or not effort.reps:
        return None
    return one_rep_max(effort.load_kg, min(effort.reps + reserve, MOST_REPS))


def _by_day(entries: Sequence[tuple[Effort, float]]) -> tuple[Observation, ...]:
    """One observation a day: the entries of a day err together, so more of them are not surer."""
    days: dict[int, list[tuple[Effort, float]]] = {}
    for effort, maximum in entries:
        days.setdefault(effort.age_days, []).append((effort, maximum))
    found = []
    for age, of_day in sorted(days.items()):
        best = min(of_day, key=lambda pair: (_deviation(pair[0]), -pair[1]))
        found.append(
            Observation(
                value=math.log(best[1]),
                deviation=_deviation(best[0]),
                age_days=age,
                half_life=KNOWN_HALF_LIFE if best[0].known else HALF_LIFE,
                told=_told(best[0]),
            )
        )
    return tuple(found)


def _deviation(effort: Effort) -> float:
    reserve = 10 - effort.rpe
    if kinds()[effort.row] in LIFTED:
        return math.hypot(0.03, 0.012 * max(effort.reps - 3, 0), 0.02 * reserve)
    return math.hypot(0.08, 0.03 * reserve)


def _told(effort: Effort) -> str:
    load = f" with {effort.load_kg:g} kg" if effort.load_kg else ""
    amount = f"{effort.reps}" if effort.reps else f"{effort.seconds:g} s"
    return f"{load_catalogue().names[effort.row]}, {amount}{load},"
