"""A week of sessions while it is being fitted to its limits: cut down, never up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planners.workout.aerobic import SHORTEST_STEADY_MIN, running_metres
from planners.workout.formulas import monotony
from planners.workout.line import Line, Part
from planners.workout.shape import Slot

WARM_EFFORT, COOL_EFFORT = 3.0, 2.0
SHORTEST_RECOVERY_MIN = 10
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
    """Minutes of warm-up and cool-down beside so many minutes of work: 3-8 and 2-5 [G]."""
    if recovery:
        return 0, 3
    return min(8, max(3, round(0.12 * main + 1))), min(5, max(2, round(0.06 * main + 1)))


def main_minutes(minutes_per_day: float) -> float:
    """Minutes of work that fit into a day: the rest is warm-up and cool-down."""
    warm, cool = overhead(minutes_per_day, False)
    return minutes_per_day - warm - cool


def week_load(sessions: list[Session]) -> float:
    """Load of the week."""
    return sum(session.load for session in sessions)


def week_minutes(sessions: list[Session]) -> float:
    """Minutes of the week."""
    return sum(session.minutes for session in sessions)


def cut_until(sessions: list[Session], fits: Callable[[], bool]) -> None:
    """Take away easy minutes, then sets, then repeats, a little at a time, until `fits()`."""
    for _ in range(ROUNDS):
        if fits():
            return
        if not (_cut_easy(sessions) or _cut_set(sessions) or _cut_hard(sessions) or _cut_last(sessions)):
            return


def _easy(session: Session) -> Line | None:
    return next((line for line in session.lines if line.part is Part.EASY), None)


def _cut_easy(sessions: list[Session]) -> bool:
    """A minute off the longest easy part that is longer than the shortest."""
    longest = max(
        (line for s in sessions if (line := _easy(s)) and line.seconds > 60 * SHORTEST_STEADY_MIN),
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


def _cut_set(sessions: list[Session]) -> bool:
    """A set of the exercise with most sets in the session with most resistance work, the last one first."""
    found = [
        (sum(x.sets for x in s.lines if x.part is Part.RESISTANCE), line.sets, at, line)
        for s in sessions
        for at, line in enumerate(s.lines)
        if line.part is Part.RESISTANCE and line.sets > 1
    ]
    if not found:
        return False
    max(found, key=lambda item: item[:3])[3].sets -= 1
    return True


def _cut_hard(sessions: list[Session]) -> bool:
    """A repeat, or a minute of a steady hard part of more than five."""
    for session in sessions:
        for line in session.lines:
            if line.part is Part.HARD and line.sets > line.least:
                line.sets -= 1
                return True
            if line.part is Part.HARD and line.sets == 1 and line.seconds > 300:
                shorten(line, line.seconds - 60)
                return True
    return False


def _cut_last(sessions: list[Session]) -> bool:
    """The last exercise of the longest session that has more than one; or a shorter easy or recovery day."""
    many = [s for s in sessions if len(s.lines) > 1]
    if many:
        max(many, key=lambda s: s.minutes).lines.pop()
        return True
    for session in sessions:
        line = _easy(session)
        if line is not None and line.seconds > 60 * SHORTEST_RECOVERY_MIN // 2:
            shorten(line, line.seconds - 60)
            return True
    return False


def cut_runs(sessions: list[Session], allowed: Callable[[int], float]) -> None:
    """Shorten each day's running to the metres it may have: easy part first, then repeats."""
    for session in sessions:
        metres = allowed(session.slot.day)
        cut_until([session], lambda s=session, m=metres: run_metres(s) <= m)  # type: ignore[misc]


def run_metres(session: Session) -> float:
    """Metres run on the day."""
    return sum(running_metres(line) for line in session.lines)


def ease_monotony(sessions: list[Session], most: float) -> None:
    """Shorten the lightest days until the week is not too even."""
    for _ in range(ROUNDS):
        if week_monotony(sessions) <= most:
            return
        easy = [s for s in sessions if (line := _easy(s)) and line.seconds > 60 * SHORTEST_RECOVERY_MIN]
        easy = [s for s in easy if all(line.part is Part.EASY for line in s.lines)]
        if not easy:
            return
        lightest = min(easy, key=lambda s: s.load)
        line = _easy(lightest)
        if line is None:
            return
        shorten(line, line.seconds - 60)


def week_monotony(sessions: list[Session]) -> float:
    """Mean daily load over its standard deviation, rest days counting 0."""
    daily = np.zeros(7)
    for session in sessions:
        daily[session.slot.day] += session.load
    return monotony(daily)
