"""A plan under way, planned anew for the days that remain; what was lived stays as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planners.errors import FieldError, InvalidRequest
from planners.outcome import StopSignal, checkpoint, never
from planners.plan import TrainingWeek, WorkoutPlan
from planners.spec import WorkoutRequest
from planners.training_log import SessionStatus
from planners.workout.catalog import Floats
from planners.workout.dose import DOSED
from planners.workout.draft import Session, run_metres, week_load
from planners.workout.drafting import Drafted, draft_plan, maker_of, week_of_days
from planners.workout.finish import training_day
from planners.workout.history import (
    MARGIN,
    History,
    load_limit,
    remember,
    remember_light,
    remember_nothing,
    remember_runs,
)
from planners.workout.line import Part
from planners.workout.maker import Maker
from planners.workout.periods import DAYS, Period
from planners.workout.planner import finished, foretell_plan
from planners.workout.predict import NOTHING, Foretold, foretell
from planners.workout.prepare import Prepared, prepare
from planners.workout.reflow.fresh import Refreshed, refreshed
from planners.workout.reflow.lived import Lived, lived_days
from planners.workout.reflow.notes import Notes
from planners.workout.reflow.standing import Standing, Under, standing_week
from planners.workout.shape import Slot
from planners.workout.stimulus import work_of
from planners.workout.stored import session_of
from planners.workout.vocabulary import Quality
from planners.workout.weeks import week_parts
from planners.workout.within import limited

GONE_SHARE, LIGHT_SHARE = 0.25, 0.70
"""A lived week of so much of the last loading week's load went by without training; was a light one [G]."""
RETURN_WEEKS = 5
"""Weeks after a break of which nothing is asked that a loading week must hold at least."""
LEAST_SCALE = 0.2
ONE_SET, HALF_A_SET = 18.0, 9.0
"""Load of a set: plans are made of whole ones."""


def reflow(
    request: WorkoutRequest, plan: WorkoutPlan | None = None, stopped: StopSignal = never
) -> WorkoutPlan:
    """The plan from `request.today` on.

    The lived days stay, as far as they were done; a moved session goes to its new day, a missed one of the
    running week to a free day where that breaks no rule; a week without training is followed by a return in
    steps; phases, deloads, taper and test keep their dates. Loads and paces follow what is logged.

    Parameters
    ----------
    plan : as it is now; without it, as the request had it on its first day.

    Raises
    ------
    InvalidRequest
        When a session cannot be moved as the log says, or a locked day cannot stay; with its pointer.
    Stopped
        When `stopped()` became true first.
    """
    base = draft_plan(prepare(as_begun(request)), stopped)
    was = plan if plan is not None else finished(base, foretell_plan(base))
    printed = {(day.date - was.start_date).days: day for week in was.weeks for day in week.days}
    lived = lived_days(request, was)
    notes = Notes(first=was.start_date, unlogged=len(lived.unlogged))
    under = Under(request=request, base=base, printed=printed, lived=lived, notes=notes)
    checkpoint(stopped)
    drafted = _rewoven(under, refreshed(base.prepared, prepare(request)), stopped)
    found = finished(drafted, _foretold(drafted, base.prepared))
    _refuse_broken(request, found, lived)
    told = notes.sentences()
    return replace(found, because=(*told, *found.because), changes=told)


def is_under_way(request: WorkoutRequest) -> bool:
    """Whether the request tells of lived days, or of changes to days to come."""
    first = request.start_date
    if first is None:
        return False
    changes = (SessionStatus.MOVED, SessionStatus.SKIPPED)
    changed = any(s.status in changes and s.date >= first for s in request.log)
    return changed or bool(request.locked_dates) or (request.today is not None and request.today > first)


def as_begun(request: WorkoutRequest) -> WorkoutRequest:
    """The request as it was on the plan's first day: without what was logged since."""
    first = request.start_date
    if first is None:
        raise InvalidRequest([FieldError(pointer="/start_date", detail="is required")])
    return replace(
        request,
        today=None,
        locked_dates=(),
        maxima=tuple(m for m in request.maxima if m.date < first),
        sets=tuple(s for s in request.sets if s.date < first),
        runs=tuple(r for r in request.runs if r.date < first),
        results=tuple(r for r in request.results if r.date < first),
        log=tuple(s for s in request.log if s.date < first and s.status is SessionStatus.DONE),
    )


def _rewoven(under: Under, now: Refreshed, stopped: StopSignal) -> Drafted:
    """Every week: lived ones as they were, the others made anew within what the lived ones left behind."""
    base, lived = under.base, under.lived
    start = _start_load(base)
    history = History(loads=[start] * 3, loading_load=start, runs=[(-1, base.long_start_m)])
    weeks: list[TrainingWeek] = []
    sessions: list[tuple[Session, ...]] = []
    eased: set[int] = set()
    before: dict[int, Slot] = {}
    maker = None
    for w, period in enumerate(base.periods):
        checkpoint(stopped)
        if (w + 1) * DAYS <= lived.today:
            done, week = _lived_week(under, w, period, history)
        else:
            if maker is None:
                maker = maker_of(now.at(history.loading_weeks), base.designs, base.floor)
            capped = base.weeks[w].load > load_limit(period, history) + HALF_A_SET
            standing = standing_week(under, w, before, capped=capped)
            changed = standing.touched or capped
            changed = changed or any(period.number - gone <= RETURN_WEEKS for gone in under.notes.gone)
            eased |= {period.number} if changed else set()
            week_maker = replace(maker, floor=0.0) if changed else maker
            done, week = _coming_week(under, week_maker, w, standing, history, changed=changed)
        sessions.append(tuple(done))
        weeks.append(week)
        before = {w * DAYS + s.slot.day: s.slot for s in done if s.slot.day == DAYS - 1}
    return replace(
        base,
        prepared=now.prepared,
        sessions=tuple(sessions),
        weeks=tuple(weeks),
        start_load=start,
        lived_days=lived.today,
        eased=frozenset(eased),
    )


def _start_load(base: Drafted) -> float:
    """What the member was used to on the first day: a loading first week as it was planned."""
    return min(base.start_load, base.weeks[0].load) if base.periods[0].loading else base.start_load


def _lived_week(under: Under, w: int, period: Period, history: History) -> tuple[list[Session], TrainingWeek]:
    """A week that is over: what was done of it."""
    first = w * DAYS
    days = {n: d for n, d in under.lived.kept.items() if first <= n < first + DAYS}
    sessions = [session_of(day, n - first) for n, day in sorted(days.items())]
    printed = sum(day.load for day in days.values())
    light = _account(under, period, sessions, history, under.lived.load_of(w, printed))
    return sessions, week_of_days(period, tuple(day for _, day in sorted(days.items())), light=light)


def _account(under: Under, period: Period, sessions: list[Session], history: History, load: float) -> bool:
    """Add the week to the history; True when less was done of it than a loading week asks for."""
    _remember_marches(sessions, history)
    if load <= GONE_SHARE * history.loading_load:
        under.notes.gone.append(period.number)
        remember_nothing(history)
        remember_runs(period, sessions, history)
        return True
    share = load / history.loading_load
    if period.loading and share <= LIGHT_SHARE:
        under.notes.light.append((period.number, share))
        remember_light(period, sessions, history, load)
        return True
    remember(period, sessions, history, load)
    return False


def _remember_marches(sessions: list[Session], history: History) -> None:
    for session in sessions:
        for line in session.lines:
            if line.part is Part.RUCK and line.load_kg is not None:
                history.marches.append((line.metres, line.load_kg))


def _coming_week(
    under: Under, maker: Maker, w: int, standing: Standing, history: History, *, changed: bool
) -> tuple[list[Session], TrainingWeek]:
    """A week with days to come: fixed days as they are, the others made anew and held within the limits."""
    base, period, first = under.base, under.base.periods[w], w * DAYS
    kept = standing.fixed if standing.touched else {}
    fixed = [session_of(day, n) for n, day in sorted(kept.items())]
    _remember_marches(fixed, history)
    history.runs += [(first + s.slot.day, run_metres(s)) for s in fixed if run_metres(s) > 0]
    minutes = _share(base.doses.minutes[w], base.slots[w], [slot for slot, _ in standing.made])
    most = load_limit(period, history) * MARGIN - week_load(fixed)
    marches = list(history.marches)
    made = _made(maker, period, standing, minutes, history)
    over = week_load(made) / max(most, 1.0)
    if over > 1 and changed:
        history.marches = marches
        made = _made(maker, period, standing, minutes * max(1 / over, LEAST_SCALE), history)
    made = limited(maker, period, made, history, fixed)
    while made and week_load(made) > most + ONE_SET and changed:
        made.remove(min(made, key=lambda session: session.load))
    sessions = sorted([*fixed, *made], key=lambda session: session.slot.day)
    weight_kg = under.request.member.weight_kg
    days = {s.slot.day: training_day(s, period, base.prepared.may, weight_kg) for s in made}
    printed = tuple(day for _, day in sorted({**days, **standing.fixed}.items()))
    light = False
    if standing.touched or (changed and week_load(sessions) <= GONE_SHARE * history.loading_load):
        light = _account_coming(under, period, sessions, history)
    else:
        remember(period, sessions, history)
    return sessions, week_of_days(period, printed, light=light)


def _account_coming(under: Under, period: Period, sessions: list[Session], history: History) -> bool:
    """As `_account`; marches are in the history already."""
    marches = list(history.marches)
    light = _account(under, period, sessions, history, week_load(sessions))
    history.marches = marches
    return light


def _made(
    maker: Maker, period: Period, standing: Standing, minutes: Floats, history: History
) -> list[Session]:
    """The week's own sessions made anew, and those that come from other weeks, each on its day."""
    slots = [slot for slot, _ in standing.made]
    made = week_parts(maker, period, slots, minutes, history)
    for session, (slot, day) in zip(made, standing.made, strict=True):
        session.slot = replace(slot, day=day)
    joined = [Session(slot=s.slot, lines=[replace(line) for line in s.lines]) for s in standing.joined]
    return sorted([*made, *joined], key=lambda session: session.slot.day)


def _share(minutes: Floats, planned: tuple[Slot, ...], made: list[Slot]) -> Floats:
    """(6,) the week's minutes for the sessions that are left of it."""
    whole, left = _parts(planned), _parts(made)
    found: Floats = minutes * np.where(whole > 0, left / np.maximum(whole, 1e-9), 1.0)
    return found


def _parts(slots: tuple[Slot, ...] | list[Slot]) -> Floats:
    """(6,) how much of a week's minutes of each quality these sessions hold, in the order of DOSED."""
    parts = {
        Quality.STRENGTH: float(sum(s.focus is not None for s in slots)),
        Quality.ENDURANCE: float(sum(s.focus is not None for s in slots)),
        Quality.AEROBIC: sum(s.easy for s in slots),
        Quality.THRESHOLD: float(sum(s.hard is Quality.THRESHOLD for s in slots)),
        Quality.SPEED: float(sum(s.hard is Quality.SPEED for s in slots)),
        Quality.RUCK: float(sum(s.ruck for s in slots)),
    }
    return np.array([parts[quality] for quality in DOSED])


def _foretold(drafted: Drafted, begun: Prepared) -> Foretold:
    """The prediction: from the weeks before the plan, what was done of it, and what is to come."""
    request = drafted.prepared.request
    if request.test is None:
        return NOTHING
    days = (request.test.date - drafted.periods[0].first).days
    return foretell(request, drafted.prepared.aim, work_of(drafted.sessions), days, begun.learned.past.work)


def _refuse_broken(request: WorkoutRequest, found: WorkoutPlan, lived: Lived) -> None:
    """A locked day or a move that breaks a rule of the week is refused, and says which."""
    broken = [check.limit for check in found.checks.values() if not check.met]
    if not broken or not (lived.locked or lived.moves):
        return
    pointer = lived.moves[0].pointer if lived.moves else "/locked_dates"
    text = f"breaks a rule of the plan: {'; '.join(broken)}"
    raise InvalidRequest([FieldError(pointer=pointer, detail=text)])
