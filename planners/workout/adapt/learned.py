"""What the past changes in the plan, and the sentences that say so."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from planners.spec import WorkoutRequest
from planners.workout.ability import LIFTS, Ability, tested_bases, tested_vdot
from planners.workout.adapt.belief import Observation
from planners.workout.adapt.evidence import OLDEST_DAYS, Evidence, as_of, evidence_of
from planners.workout.adapt.past import Past, past_of
from planners.workout.adapt.progress import steps
from planners.workout.adapt.running import HALF_LIFE as RUN_HALF_LIFE
from planners.workout.adapt.running import RESULT, Running, refit_running
from planners.workout.adapt.strength import KNOWN_HALF_LIFE, Maxima, refit
from planners.workout.catalog import load_catalogue
from planners.workout.formulas import Zone, pace_s_per_km
from planners.workout.resistance import LIFTED
from planners.workout.scheme import kinds
from planners.workout.vocabulary import Basis

LIFT_NOISE, COUNT_NOISE = 0.03, 0.06
"""Standard deviation of the logarithm of a tested lift, and of tested repetitions and holds [G]."""
WORTH_SAYING = 0.025
MOST_SAID = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """What the past says.

    Attributes
    ----------
    ability : the member's maxima and VDOT after it.
    own : catalogue row → maximum of an exercise with entries of its own.
    past : load, longest run and doses of the weeks before.
    because, warnings : sentences.
    """

    ability: Ability
    own: Mapping[int, float]
    past: Past
    because: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


UNKNOWN = Past(weekly_load=None, longest_run_m=None, work=None)


def learn(request: WorkoutRequest, ability: Ability) -> Learned:
    """Refit the ability from what the request logs; a request without a log changes nothing."""
    if not (request.maxima or request.sets or request.runs or request.results or request.log):
        return Learned(ability=ability, own={}, past=UNKNOWN)
    evidence = evidence_of(request)
    tested = _tested(request, evidence.as_of)
    maxima = refit(ability, evidence.efforts, {b: o for b, o in tested.items() if isinstance(b, Basis)})
    running = refit_running(ability, evidence.runs, tested.get("vdot", []))
    stepped = steps(evidence.efforts, maxima.own)
    own = {**maxima.own, **{step.row: step.maximum for step in stepped}}
    after = dataclasses.replace(
        ability,
        of={**ability.of, **maxima.of},
        vdot=running.vdot if running is not None else ability.vdot,
        vdot_tested=ability.vdot_tested or (running is not None and running.best is not None),
    )
    return Learned(
        ability=after,
        own=own,
        past=past_of(evidence),
        because=(
            *(step.text for step in stepped),
            *_maxima_reasons(ability, maxima, {step.row for step in stepped}),
            *_pace_reasons(ability, running, evidence.as_of),
        ),
        warnings=tuple(_warnings(request, evidence, maxima, running)),
    )


def _tested(request: WorkoutRequest, day: date) -> dict[Basis | str, list[Observation]]:
    """The dated results as observations of the bases and of VDOT."""
    found: dict[Basis | str, list[Observation]] = {}
    for tested in request.results:
        age = max(0, (day - tested.date).days)
        if age > OLDEST_DAYS:
            continue
        result = {tested.event: tested.result}
        told = f"{tested.event} {tested.result:g}"
        for basis, value in tested_bases(result).items():
            noise = LIFT_NOISE if basis in LIFTS else COUNT_NOISE
            found.setdefault(basis, []).append(_seen(value, noise, age, KNOWN_HALF_LIFE, told))
        ran = tested_vdot(result)
        if ran is not None:
            found.setdefault("vdot", []).append(_seen(ran, RESULT, age, RUN_HALF_LIFE, told))
    return found


def _seen(value: float, noise: float, age: int, half_life: float, told: str) -> Observation:
    return Observation(
        value=math.log(max(value, 1.0)), deviation=noise, age_days=age, half_life=half_life, told=told
    )


def _maxima_reasons(before: Ability, maxima: Maxima, said: set[int]) -> Iterator[str]:
    """The lifts whose maxima moved most."""
    catalogue = load_catalogue()
    moved = []
    for row, now in maxima.own.items():
        was = before.of[catalogue.bases[row]] * float(catalogue.ratio[row])
        change = now / max(was, 1e-9) - 1
        if row not in said and abs(change) >= WORTH_SAYING:
            moved.append((-abs(change), catalogue.names[row], row, was, now))
    for _, name, row, was, now in sorted(moved)[:MOST_SAID]:
        unit = " kg" if kinds()[row] in LIFTED else ""
        yield f"{name}: the logged sets show a maximum of {now:.0f}{unit}; {was:.0f}{unit} was taken before."


def _pace_reasons(before: Ability, running: Running | None, day: date) -> Iterator[str]:
    if running is None:
        return
    was, now = (round(pace_s_per_km(v, Zone.EASY)) for v in (before.vdot, running.vdot))
    change = f"{abs(was - now)} s/km {'faster' if now < was else 'slower'}" if was != now else "unchanged"
    seen = running.best
    why = f"{seen.told} on {_on(day, seen)}" if seen is not None else "the logged runs were surely possible"
    yield f"Easy pace {change}: {why}."


def _on(day: date, seen: Observation) -> str:
    return (day - timedelta(days=seen.age_days)).isoformat()


def _warnings(
    request: WorkoutRequest, evidence: Evidence, maxima: Maxima, running: Running | None
) -> Iterator[str]:
    bounded = {(o.told, o.age_days): value for o, value in maxima.bounded}
    for (told, age), _ in sorted(bounded.items()):
        on = (evidence.as_of - timedelta(days=age)).isoformat()
        yield f"{told} on {on} is far from everything else: it counts only as far as its bound."
    for seen, value in running.bounded if running is not None else ():
        yield (
            f"{seen.told} on {_on(evidence.as_of, seen)} is far from everything else: it counts as a VDOT of "
            f"{math.exp(value):.1f}, not {math.exp(seen.value):.1f}."
        )
    without = sum(kinds()[e.row] in LIFTED and not e.load_kg and e.reps > 0 for e in evidence.efforts)
    if without:
        yield f"{without} logged lifts have no load and say nothing of a maximum."
    old = _old(request)
    if old:
        yield f"{old} entries are older than {OLDEST_DAYS // 7} weeks and count no more."


def _old(request: WorkoutRequest) -> int:
    day = as_of(request)
    days = [
        *(known.date for known in request.maxima),
        *(each.date for each in request.sets),
        *(run.date for run in request.runs),
        *(tested.date for tested in request.results),
        *(session.date for session in request.log),
    ]
    return sum((day - on).days > OLDEST_DAYS for on in days)
