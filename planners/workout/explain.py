"""Why the plan is as it is, in sentences with its figures; and what its reader must be warned of."""

from __future__ import annotations

from collections.abc import Sequence

from planners.plan import TrainingWeek
from planners.workout.aerobic import pace_of
from planners.workout.age import age_warnings
from planners.workout.catalog import load_catalogue
from planners.workout.history import LIGHT_WEEK
from planners.workout.periods import Period
from planners.workout.predict import Foretold, wanted_points
from planners.workout.prepare import Prepared
from planners.workout.purpose import MOVEMENT_OF
from planners.workout.vocabulary import Basis, Tested


def reasons(
    prepared: Prepared, periods: Sequence[Period], weeks: Sequence[TrainingWeek], foretold: Foretold
) -> tuple[str, ...]:
    """Sentences, the most important first."""
    return (
        *_test_reasons(prepared, weeks, foretold),
        *_load_reasons(weeks),
        *_phase_reasons(periods),
        *_ability_reasons(prepared),
        *_choice_reasons(prepared, weeks),
        *_restriction_reasons(prepared),
    )


def _test_reasons(prepared: Prepared, weeks: Sequence[TrainingWeek], foretold: Foretold) -> list[str]:
    goal, aim = prepared.request.test, prepared.aim
    if goal is None or aim is None:
        return []
    on = f"{goal.date:%A} {goal.date.isoformat()}"
    lines = [f"The test is on {on}: the day is kept free, the day before it is easy or rest."]
    if aim.target is not None and aim.needs:
        movement = max(aim.needs, key=lambda m: aim.needs[m])
        first = next((n for n in aim.now if MOVEMENT_OF.get(n) is movement), None)
        if first is not None and aim.target.results[first] != aim.now[first]:
            work = "gets the most work" if _trained_with(movement, weeks) else NOT_TRAINED
            need = aim.target.results[first]
            lines.append(f"{first} {work}: it is at {aim.now[first]:g} and the plan needs {need:g}.")
    if foretold.total is not None and foretold.total_cautious is not None and foretold.chance is not None:
        lines.append(
            f"Expected {foretold.total:.3g} points, cautiously {foretold.total_cautious:.3g}; "
            f"the chance of {wanted_points(aim, goal):g} or more is {_percent(foretold.chance)}."
        )
    return lines


NOT_TRAINED = "has the largest gap, and nothing that is at hand and allowed trains it directly"


def _percent(chance: float) -> str:
    if chance > 0.99:
        return "more than 99 %"
    return "less than 1 %" if chance < 0.01 else f"{100 * chance:.0f} %"


def _load_reasons(weeks: Sequence[TrainingWeek]) -> list[str]:
    loading = [w for w in weeks if not w.deload and not w.taper and w.load]
    if not loading:
        return []
    first, top = loading[0], max(loading, key=lambda w: w.load)
    if top.load <= LIGHT_WEEK:
        return [f"The weeks are light, load {top.load:.0f} at most: they need no slow build-up."]
    if top is first:
        return [f"Weekly load is {top.load:.0f}: effort times minutes, summed over the days."]
    return [
        f"Weekly load goes from {first.load:.0f} to {top.load:.0f} (week {top.week}), "
        "no week more than 10 % above the last loading week."
    ]


def _phase_reasons(periods: Sequence[Period]) -> list[str]:
    deloads = [p.number for p in periods if p.deload]
    tapers = [p.number for p in periods if p.taper]
    lines = []
    if deloads:
        lines.append(f"{_weeks(deloads)} lighter, by about 38 %, so that the work before can take effect.")
    if tapers:
        lines.append(
            f"{_weeks(tapers)} taper: less volume, the same intensity, for freshness on the test day."
        )
    return lines


def _weeks(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Week {numbers[0]} is"
    return f"Weeks {', '.join(str(n) for n in numbers[:-1])} and {numbers[-1]} are"


def _ability_reasons(prepared: Prepared) -> list[str]:
    ability = prepared.ability
    lines = []
    if Basis.DEADLIFT in ability.tested:
        lines.append(
            f"Loads come from a deadlift maximum of {ability.of[Basis.DEADLIFT]:.0f} kg, from the test "
            "result; other lifts are guessed from it."
        )
    elif prepared.learned.own:
        lines.append("Loads come from the logged sets; exercises without any are guessed from them.")
    else:
        lines.append(
            "No lift is tested: loads are low guesses from sex, age, weight and level, and start a fifth "
            "below them for three weeks. The RPE counts: when a set feels easier, take the next load up."
        )
    easy = pace_of(load_catalogue().row_of["run_easy"], ability)
    if prepared.menu.easy and easy is not None:
        source = "from the runs known" if ability.vdot_tested else "guessed from sex, age and level"
        lines.append(f"Paces come from VDOT {ability.vdot:.1f} ({source}): easy {_pace(easy)} a kilometre.")
    return lines


def _pace(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _choice_reasons(prepared: Prepared, weeks: Sequence[TrainingWeek]) -> list[str]:
    """For each tested movement, the exercises of the plan that train it."""
    catalogue = load_catalogue()
    lines = []
    for movement in prepared.purpose.needs:
        best = _trained_with(movement, weeks)[:3]
        if best:
            names = ", ".join(catalogue.names[catalogue.row_of[n]] for n in best)
            lines.append(f"{_words(movement)}: trained with {names}.")
    return lines


def _trained_with(movement: Tested, weeks: Sequence[TrainingWeek]) -> list[str]:
    """Exercises of the plan that carry over to a tested movement, the best first."""
    catalogue = load_catalogue()
    used = dict.fromkeys(line.exercise_id for w in weeks for d in w.days for line in d.exercises)
    column = tuple(Tested).index(movement)
    carry = {name: float(catalogue.transfer[catalogue.row_of[name], column]) for name in used}
    return sorted((n for n in carry if carry[n] >= 0.5), key=lambda n: -carry[n])


def _words(movement: Tested) -> str:
    return str(movement).replace("_", " ").capitalize()


def _restriction_reasons(prepared: Prepared) -> list[str]:
    out = prepared.request.restrictions
    if not out:
        return []
    kept = int(prepared.may.sum())
    names = ", ".join(str(r) for r in out)
    return [f"{names}: {kept} of {len(prepared.may)} exercises remain; no other is used, whatever the goal."]


def warnings_of(prepared: Prepared, weeks: Sequence[TrainingWeek], foretold: Foretold) -> tuple[str, ...]:
    """What the reader must know before training by the plan."""
    request, aim = prepared.request, prepared.aim
    lines = age_warnings(request)
    if request.restrictions:
        lines.append("Restrictions are kept as given; they do not replace a clinician's advice.")
    if prepared.minutes_per_day < request.minutes_per_day:
        lines.append(
            f"Sessions are at most {prepared.minutes_per_day} minutes long: more is of no use at this level."
        )
    if aim is not None:
        lines += _test_warnings(prepared, weeks, foretold)
    return tuple(lines)


def _test_warnings(prepared: Prepared, weeks: Sequence[TrainingWeek], foretold: Foretold) -> list[str]:
    request, aim = prepared.request, prepared.aim
    if aim is None or request.test is None:
        return []
    lines = []
    if aim.guessed:
        lines.append(f"No result given for {', '.join(sorted(aim.guessed))}: guessed, so the range is wider.")
    missing = [event.name for event in aim.events if event.name not in foretold.events]
    if missing:
        lines.append(f"{', '.join(missing)}: not predicted, the chart or the present result is not known.")
    if aim.excluded:
        lines.append(
            f"{', '.join(aim.excluded)}: excluded by the restrictions, so neither trained nor predicted; "
            "ask for an alternate event or a profile."
        )
    wanted = wanted_points(aim, request.test)
    if foretold.total is not None and foretold.total < wanted:
        lines.append(f"The expected {foretold.total:g} points are below the {wanted:g} that are wanted.")
    last = weeks[-1].days[-1].date if weeks and weeks[-1].days else None
    if last is not None and (request.test.date - last).days > 7:
        lines.append("The test lies after the plan: the prediction takes it that training goes on alike.")
    return lines
