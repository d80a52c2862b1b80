"""From doses and designs to the sessions of one week."""

from __future__ import annotations

from collections.abc import Sequence

from planners.workout.catalog import Floats
from planners.workout.dose import DOSED
from planners.workout.draft import Session
from planners.workout.history import History, remember
from planners.workout.lifting import lifting_parts
from planners.workout.maker import Maker
from planners.workout.moving import easy_parts, hard_part, march_part
from planners.workout.periods import Period
from planners.workout.shape import Slot
from planners.workout.vocabulary import Quality
from planners.workout.within import limited

EASY = DOSED.index(Quality.AEROBIC)


def make_week(
    maker: Maker, period: Period, slots: Sequence[Slot], minutes: Floats, history: History
) -> list[Session]:
    """The sessions of one week, within the limits that the weeks before set.

    Parameters
    ----------
    minutes : (6,) of the macro plan.
    history : of the weeks before; this week is added to it.
    """
    sessions = week_parts(maker, period, slots, minutes, history)
    sessions = limited(maker, period, sessions, history)
    remember(period, sessions, history)
    return sessions


def week_parts(
    maker: Maker, period: Period, slots: Sequence[Slot], minutes: Floats, history: History
) -> list[Session]:
    """The sessions as the macro plan has them, before the limits; a march is added to the history."""
    sessions = [Session(slot=slot, lines=[]) for slot in slots]
    lifting_parts(maker, period, sessions, minutes, history)
    hard = [session for session in sessions if session.slot.hard is not None]
    left = sum(hard_part(maker, period, s, minutes, slots, index) for index, s in enumerate(hard))
    march_part(maker, sessions, period, minutes, history)
    easy_parts(maker, period, sessions, float(minutes[EASY]) + left)
    return sessions
