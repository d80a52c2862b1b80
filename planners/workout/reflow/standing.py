"""Which sessions a changed week holds, and on which days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from planners.errors import FieldError, InvalidRequest
from planners.plan import TrainingDay
from planners.spec import WorkoutRequest
from planners.workout.draft import Session
from planners.workout.drafting import Drafted
from planners.workout.finish import WEEKDAYS
from planners.workout.periods import DAYS
from planners.workout.reflow.lived import Lived, Move
from planners.workout.reflow.notes import Notes
from planners.workout.reflow.placing import Around, faults, place
from planners.workout.shape import Slot
from planners.workout.stored import session_of, slot_of


@dataclass(kw_only=True)
class Standing:
    """One week.

    Attributes
    ----------
    made : slots of the plan's own week that are made anew, with the day of each, 0-6.
    joined : sessions that come from another week as they were.
    fixed : days that are printed as they were: done, or locked.
    touched : whether it differs from the week that was planned.
    """

    made: list[tuple[Slot, int]] = field(default_factory=list)
    joined: list[Session] = field(default_factory=list)
    fixed: dict[int, TrainingDay] = field(default_factory=dict)
    touched: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Under:
    """The plan under way: what was drafted, what is printed of it by day number, what became of it."""

    request: WorkoutRequest
    base: Drafted
    printed: Mapping[int, TrainingDay]
    lived: Lived
    notes: Notes

    def free(self, number: int) -> bool:
        """Whether the member can train on the day."""
        day = self.base.periods[0].first + timedelta(days=number)
        return WEEKDAYS[day.weekday()] in self.request.available_days

    def slots(self, week: int) -> dict[int, Slot]:
        """The sessions that were planned for a week, by day number."""
        if not 0 <= week < len(self.base.slots):
            return {}
        return {week * DAYS + slot.day: slot for slot in self.base.slots[week]}


def standing_week(under: Under, week: int, before: Mapping[int, Slot], *, capped: bool) -> Standing:
    """The sessions of a week that is not wholly lived.

    Parameters
    ----------
    before : sessions on the last day of the week before, by day number.
    capped : whether the week may not be as heavy as it was planned.

    Raises
    ------
    InvalidRequest
        When a session is moved to a day on which it would break a rule.
    """
    lived, first = under.lived, week * DAYS
    here = range(first, first + DAYS)
    slots = under.slots(week)
    found = Standing()
    fixed_days = {**lived.kept, **lived.locked}
    found.fixed = {n - first: fixed_days[n] for n in here if n in fixed_days}
    origins = {move.origin for move in lived.moves}
    own = {n: s for n, s in slots.items() if n >= lived.today and n not in lived.locked}
    ahead = {n: s for n, s in own.items() if n not in origins and n not in lived.skipped}
    pinned = [move for move in lived.moves if move.to in here and move.to not in lived.locked]
    missed = {
        n: s
        for n, s in slots.items()
        if n < lived.today and n not in lived.kept and n in lived.missed and n not in origins
    }
    gone = any(n in lived.skipped or n in origins for n in slots)
    done = {n for n in lived.kept if n in here}
    as_planned = done == {n for n in slots if n < lived.today}
    locked = any(n in lived.locked for n in here)
    found.touched = bool(pinned or missed or gone or locked or not as_planned or (capped and done))
    if not found.touched:
        ahead = slots
    under.notes.skipped += [(slots[n], n) for n in sorted(own) if n in lived.skipped and n not in origins]
    _stand(under, week, found, ahead, pinned, missed, before)
    return found


def _stand(
    under: Under,
    week: int,
    found: Standing,
    ahead: Mapping[int, Slot],
    pinned: Sequence[Move],
    missed: Mapping[int, Slot],
    before: Mapping[int, Slot],
) -> None:
    first, period = week * DAYS, under.base.periods[week]
    standing = {**before, **_after(under, week)}
    if found.touched:
        standing |= {first + day: slot_of(each, day) for day, each in found.fixed.items()}
    for move in pinned:
        slot = _moved(under, week, move, found)
        if slot is not None:
            _pin(under, move, slot, standing, len(ahead))
            standing[move.to] = slot
            under.notes.moved.append((slot, move.origin, move.to))
        else:
            under.notes.nothing.append((move.origin, move.to))
    blocked = frozenset({m.origin for m in under.lived.moves} | under.lived.skipped)
    today = under.lived.today if found.touched else 0
    around = Around(first=first, today=today, free=under.free, fixed=standing, blocked=blocked)
    free = list(ahead.values())
    days = place(free, around, period)
    while days is None and free:
        out = min(free, key=_worth)
        free.remove(out)
        under.notes.displaced.append((out, first + out.day))
        days = place(free, around, period)
    for slot, day in zip(free, days or [], strict=True):
        found.made.append((slot, day - first))
        standing[day] = slot
        if day - first != slot.day:
            found.touched = True
            under.notes.shifted.append((slot, first + slot.day, day))
    _make_up(under, week, found, missed, standing, around)


def _after(under: Under, week: int) -> dict[int, Slot]:
    """The session on the first day of the week after, as planned."""
    number = (week + 1) * DAYS
    slot = under.slots(week + 1).get(number)
    changed = number in under.lived.skipped or any(m.origin == number for m in under.lived.moves)
    pinned = [m for m in under.lived.moves if m.to == number]
    if pinned:
        moved = under.slots(pinned[0].origin // DAYS).get(pinned[0].origin)
        return {number: moved} if moved is not None else {}
    return {} if slot is None or changed else {number: slot}


def _moved(under: Under, week: int, move: Move, found: Standing) -> Slot | None:
    """The session that is moved here: one of this week is made anew, one of another comes as it was."""
    first = week * DAYS
    planned = under.slots(move.origin // DAYS).get(move.origin)
    if move.origin // DAYS == week and planned is not None:
        found.made.append((planned, move.to - first))
        return planned
    each = under.printed.get(move.origin) or under.printed.get(move.to)
    if each is None:
        return None
    session = session_of(each, move.to - first)
    found.joined.append(session)
    return session.slot


def _pin(under: Under, move: Move, slot: Slot, standing: Mapping[int, Slot], others: int) -> None:
    """Raise InvalidRequest when the session may not stand on the day it is moved to."""
    week, wrong = move.to // DAYS, []
    period = under.base.periods[week]
    if not under.free(move.to):
        wrong.append("it is none of the available_days")
    if move.to in standing:
        wrong.append("that day has a session that stays")
    wrong += faults({**standing, move.to: slot}, [move.to], period)
    count = others + sum(n // DAYS == week for n in standing)
    if move.origin // DAYS != week and count >= under.request.days_per_week:
        wrong.append(f"the week has its {under.request.days_per_week} sessions already")
    if wrong:
        raise InvalidRequest([FieldError(pointer=move.pointer, detail=f"cannot be: {'; '.join(wrong)}")])


def _make_up(
    under: Under,
    week: int,
    found: Standing,
    missed: Mapping[int, Slot],
    standing: Mapping[int, Slot],
    around: Around,
) -> None:
    """Put missed sessions on days that are left, the weightiest first, where that breaks no rule."""
    first, period = week * DAYS, under.base.periods[week]
    taken = dict(standing)
    room = min(len(under.base.slots[week]), under.request.days_per_week)
    for number, slot in sorted(missed.items(), key=lambda item: (-_worth(item[1]), item[0])):
        held = sum(n // DAYS == week for n in taken)
        days = place([slot], replace(around, fixed=taken), period) if held < room and _worth(slot) else None
        if days is None:
            under.notes.let_go.append((slot, number))
            continue
        taken[days[0]] = slot
        found.made.append((slot, days[0] - first))
        under.notes.made_up.append((slot, number, days[0]))


def _worth(slot: Slot) -> int:
    """How much is lost without a session: easy and recovery days are made up by nobody."""
    return 2 * (slot.hard is not None) + 2 * (slot.focus is not None) + slot.long + slot.ruck
