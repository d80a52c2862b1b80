"""A week of sessions while it is being fitted to its limits: cut down, never up."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planners.workout.aerobic import running_metres
from planners.workout.catalog import load_catalogue
from planners.workout.choice import INDIRECT
from planners.workout.line import Line, Part
from planners.workout.periods import DAYS
from planners.workout.shape import Slot

WARM_EFFORT, COOL_EFFORT = 3.0, 2.0
SHORTEST_RECOVERY_MIN, SHORTEST_HARD_S = 5, 180
"""Easy and hard parts are cut no shorter than this; then sets go [G]."""
LEAST_EFFORT = 4.0
MOST_SETS = 4
ROUNDS = 400
"""More cuts than any week has lines and sets."""


@dataclass(slots=True)
class Session:
    """One training day: its slot and its lines between warm-up and cool-down."""

    slot: Slot
    lines: list[Line]

    @property
    def main(self) -> float:
        """Minutes of work."""
        return sum(line.minutes for line in self.lines)

    @property
    def minutes(self) -> float:
        """Minutes with warm-up and cool-down."""
        warm, cool = overhead(self.main, self.slot.recovery)
        return self.main + warm + cool

    @property
    def load(self) -> float:
        """Σ effort · minutes."""
        warm, cool = overhead(self.main, self.slot.recovery)
        return sum(line.load for line in self.lines) + WARM_EFFORT * warm + COOL_EFFORT * cool


def overhead(main: float, recovery: bool) -> tuple[int, int]:
    """Minutes of warm-up and cool-down beside so many minutes of work: 2-8 and 1-5 [G]."""
    if recovery:
        return 0, 1 if main < 10 else 3
    return min(8, max(2, round(0.12 * main + 1.6))), min(5, max(1, round(0.06 * main + 0.9)))


def main_minutes(minutes_per_day: float) -> float:
    """Minutes of work that fit into a day: the rest is warm-up and cool-down."""
    for main in range(int(minutes_per_day), 0, -1):
        if main + sum(overhead(main, False)) <= minutes_per_day:
            return float(main)
    return 1.0


def week_load(sessions: Sequence[Session]) -> float:
    """Load of the week."""
    return sum(session.load for session in sessions)


def week_minutes(sessions: Sequence[Session]) -> float:
    """Minutes of the week."""
    return sum(session.minutes for session in sessions)


def endless() -> float:
    """Minutes that may be cut where none must be kept."""
    return math.inf


def cut_until(
    sessions: Sequence[Session],
    fits: Callable[[], bool],
    spare: Callable[[], float] = endless,
    *,
    effort: bool = True,
) -> None:
    """Cut a little at a time until `fits()`.

    First easy minutes, then sets beyond two, repeats, second sets, the aerobic minutes that are not spare
    after all, exercises, and at last effort.

    Parameters
    ----------
    spare : aerobic minutes, hard ones twice, that the week has beyond those it must keep.
    effort : whether effort may be cut.
    """
    cuts: tuple[Callable[[], bool], ...] = (
        lambda: spare() >= 1 and _cut_easy(sessions),
        lambda: cut_set(sessions, 2),
        lambda: _cut_hard(sessions, spare()),
        lambda: cut_set(sessions, 1),
        lambda: _cut_easy(sessions),
        lambda: _cut_hard(sessions, math.inf),
        lambda: _cut_last(sessions),
        lambda: effort and _cut_effort(sessions),
    )
    for _ in range(ROUNDS):
        if fits() or not any(cut() for cut in cuts):
            return


def moderate_minutes(sessions: Sequence[Session]) -> float:
    """Aerobic minutes of the week, hard ones twice."""
    weights = {Part.EASY: 1, Part.RUCK: 1, Part.HARD: 2}
    return sum(weights.get(line.part, 0) * line.minutes for s in sessions for line in s.lines)


def easy_line(session: Session) -> Line | None:
    """The first easy part of the day."""
    return next((line for line in session.lines if line.part is Part.EASY), None)


def _cut_easy(sessions: Sequence[Session]) -> bool:
    """A minute off the longest easy part that is longer than the shortest."""
    longest = max(
        (line for s in sessions if (line := easy_line(s)) and line.seconds > 60 * SHORTEST_RECOVERY_MIN),
        key=lambda line: line.seconds,
        default=None,
    )
    if longest is None:
        return False
    shorten(longest, longest.seconds - 60)
    return True


def shorten(line: Line, seconds: int) -> None:
    """Give a steady line another length."""
    line.seconds = seconds
    line.work_s = float(seconds)


def cut_set(sessions: Sequence[Session], keep: int) -> bool:
    """A set of an exercise with more than `keep`, in the session with most of them, the last first."""
    found = [
        (sum(x.sets for x in s.lines if x.part is Part.RESISTANCE), line.sets, at, line)
        for s in sessions
        for at, line in enumerate(s.lines)
        if line.part is Part.RESISTANCE and line.sets > keep
    ]
    if not found:
        return False
    max(found, key=lambda item: item[:3])[3].sets -= 1
    return True


def cut_muscles(sessions: Sequence[Session], most: float, fixed: Sequence[Session] = ()) -> None:
    """Take sets away from any muscle that the week trains with more than `most`, the last exercises first.

    Parameters
    ----------
    fixed : sessions of the week that stay as they are, and count.
    """
    catalogue = load_catalogue()
    lines = [line for s in sessions for line in s.lines if line.part is Part.RESISTANCE]
    if not lines:
        return
    number = len(lines)
    lines += [line for s in fixed for line in s.lines if line.part is Part.RESISTANCE]
    rows = np.array([line.row for line in lines])
    counts = catalogue.primary[rows] + INDIRECT * (catalogue.secondary[rows] & ~catalogue.primary[rows])
    for _ in range(ROUNDS):
        volume = np.array([line.sets for line in lines]) @ counts
        muscle = int(volume.argmax())
        cut = [at for at, line in enumerate(lines[:number]) if counts[at, muscle] and line.sets > 1]
        if volume[muscle] <= most or not cut:
            return
        lines[max(cut, key=lambda at: (lines[at].sets, at))].sets -= 1


def _cut_hard(sessions: Sequence[Session], spare: float) -> bool:
    """A repeat, or a minute of a steady hard part of more than five, of at most half the `spare` minutes."""
    for session in sessions:
        for line in session.lines:
            repeat = (line.work_s + line.rest_s) / 60
            if line.part is Part.HARD and line.sets > line.least and 2 * repeat <= spare:
                line.sets -= 1
                return True
            if line.part is Part.HARD and line.sets == 1 and line.seconds > SHORTEST_HARD_S and spare >= 2:
                shorten(line, line.seconds - 60)
                return True
    return False


def _cut_last(sessions: Sequence[Session]) -> bool:
    """The easy part, else the last exercise, of the longest session that has more than one line."""
    many = [s for s in sessions if len(s.lines) > 1]
    if not many:
        return False
    session = max(many, key=lambda s: s.minutes)
    session.lines.remove(easy_line(session) or session.lines[-1])
    return True


def _cut_effort(sessions: Sequence[Session]) -> bool:
    """Half a point of effort off the hardest line that is above 4."""
    lines = (line for s in sessions for line in s.lines)
    hardest = max(lines, key=lambda line: line.rpe, default=None)
    if hardest is None or hardest.rpe <= LEAST_EFFORT:
        return False
    hardest.rpe -= 0.5
    return True


def run_metres(session: Session) -> float:
    """Metres run on the day."""
    return sum(running_metres(line) for line in session.lines)


def ease_monotony(sessions: Sequence[Session], most: float, fixed: Sequence[Session] = ()) -> list[Session]:
    """Shorten the lightest easy days until the week is not too even, and at last leave the lightest out.

    Parameters
    ----------
    fixed : sessions of the week that stay as they are, and count.
    """
    kept = list(sessions)
    while week_monotony([*fixed, *kept]) > most:
        easy = [s for s in kept if all(line.part is Part.EASY for line in s.lines)]
        if not easy:
            break
        lightest = min(easy, key=lambda s: s.load)
        line = lightest.lines[0]
        if line.seconds > 60 * SHORTEST_RECOVERY_MIN:
            shorten(line, line.seconds - 60)
        else:
            kept.remove(lightest)
    return kept


def add_set(sessions: Sequence[Session], minutes: float) -> bool:
    """A set more of the exercise with fewest, up to MOST_SETS, in a day of at most so many minutes."""
    lines = [(s, line) for s in sessions for line in s.lines if line.part is Part.RESISTANCE]
    for session, line in sorted(lines, key=lambda pair: pair[1].sets):
        if line.sets >= MOST_SETS:
            return False
        line.sets += 1
        if session.minutes <= minutes:
            return True
        line.sets -= 1
    return False


def week_monotony(sessions: Sequence[Session]) -> float:
    """Mean daily load over its population deviation, rest days counting 0 (formulas.monotony)."""
    loads = [session.load for session in sessions]
    mean = sum(loads) / DAYS
    spread = math.sqrt((sum(load * load for load in loads)) / DAYS - mean * mean) if loads else 0.0
    return mean / spread if spread > 0 else 0.0
