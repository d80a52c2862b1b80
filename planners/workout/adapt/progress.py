"""Double progression: more load after sets done with ease twice, less after repetitions missed twice.

Of an exercise's last two days within four weeks, both with their heaviest load and planned repetitions:

    all sets done at RPE 7 or less:   x ≥ (w + step) / f(r + 2)
    repetitions missed on both:       x ≤ 0.95 w / f(r + 2)

| symbol | meaning | unit |
| --- | --- | --- |
| x | the exercise's maximum | kg |
| w | the load of these days, of the later one for more and of the lighter one for less | kg |
| r | planned repetitions | 1 |
| f | `formulas.fraction_for`: share of the maximum for so many repetitions to failure; r + 2 is RPE 8 | 1 |
| step | smallest change of its implement: 2.5 kg of a barbell | kg |

ACSM 2009 (doi:10.1249/MSS.0b013e3181915670): 2-10 % more when one or two repetitions more were possible in
two sessions; FM 21-20: about 5 %. The 5 % less is a usual rule of training programmes [G].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planners.workout.adapt.evidence import Effort
from planners.workout.catalog import load_catalogue
from planners.workout.formulas import MOST_REPS, fraction_for
from planners.workout.implements import implements, rounded
from planners.workout.resistance import LIFTED
from planners.workout.scheme import kinds

RECENT_DAYS = 28
EASY_RPE = 7.0
LESS = 0.95
AT_RPE = 8.0


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change of an exercise's maximum, and the sentence that says why."""

    row: int
    maximum: float
    text: str


def steps(efforts: Sequence[Effort], own: Mapping[int, float]) -> list[Step]:
    """The steps of every exercise whose last two days agree; `own` are the maxima that the sets say."""
    found = []
    for row in sorted({e.row for e in efforts if kinds()[e.row] in LIFTED}):
        days = _last_days([e for e in efforts if e.row == row and not e.known and e.load_kg])
        if len(days) == 2:
            step = _step(row, days, own.get(row))
            found += [step] if step is not None else []
    return found


def _last_days(efforts: Sequence[Effort]) -> list[list[Effort]]:
    """The heaviest sets of the last two days within four weeks, the later day first."""
    ages = sorted({e.age_days for e in efforts if e.age_days <= RECENT_DAYS})[:2]
    found = []
    for age in ages:
        of_day = [e for e in efforts if e.age_days == age]
        heaviest = max(e.load_kg for e in of_day)
        found.append([e for e in of_day if e.load_kg == heaviest])
    return found


def _step(row: int, days: Sequence[Sequence[Effort]], own: float | None) -> Step | None:
    if not all(e.planned_reps for day in days for e in day):
        return None
    if all(_easily_done(e) for day in days for e in day):
        return _more(row, days[0][0], own)
    if all(any(e.reps < e.planned_reps for e in day) for day in days):
        return _less(row, min((day[0] for day in days), key=lambda e: (e.load_kg, e.reps)), own)
    return None


def _easily_done(effort: Effort) -> bool:
    return effort.reps >= effort.planned_reps and 0 < effort.rpe <= EASY_RPE


def _fraction(reps: int) -> float:
    return fraction_for(min(reps + 10 - AT_RPE, MOST_REPS))


def _more(row: int, last: Effort, own: float | None) -> Step:
    implement = implements()[row]
    fraction = _fraction(last.planned_reps)
    maximum = max(own or 0.0, (last.load_kg + implement.step) / fraction)
    load = rounded(maximum * fraction, implement)
    why = f"all sets done at RPE {EASY_RPE:g} twice"
    return Step(row=row, maximum=maximum, text=_text(row, last, load, f"{load - last.load_kg:+g} kg", why))


def _less(row: int, last: Effort, own: float | None) -> Step:
    fraction = _fraction(last.planned_reps)
    most = LESS * last.load_kg / fraction
    maximum = min(own, most) if own is not None else most
    load = rounded(maximum * fraction, implements()[row])
    share = f"{100 * (maximum * fraction / last.load_kg - 1):.0f} %"
    return Step(row=row, maximum=maximum, text=_text(row, last, load, share, "missed reps twice"))


def _text(row: int, last: Effort, load: float, change: str, why: str) -> str:
    name = load_catalogue().names[row]
    return f"{name}: {change}, {load:g} kg for {last.planned_reps} at RPE {AT_RPE:g}: {why}."
