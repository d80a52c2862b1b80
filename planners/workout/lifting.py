"""The resistance parts of a week: the block's exercises, with sets for this week's minutes."""

from __future__ import annotations

from collections.abc import Sequence

from planners.workout.blocks import SessionDesign, resistance_minutes
from planners.workout.catalog import Floats, load_catalogue
from planners.workout.draft import Session
from planners.workout.fit import set_seconds
from planners.workout.history import History
from planners.workout.maker import Maker
from planners.workout.periods import Period, Phase
from planners.workout.resistance import LEAST, fit_sets, resistance_line
from planners.workout.session import GROUPS, group_of
from planners.workout.shape import Slot


def lifting_parts(
    maker: Maker, period: Period, sessions: Sequence[Session], minutes: Floats, history: History
) -> None:
    """Add the resistance lines of the week's sessions.

    Taper and recovery weeks keep the repetitions and efforts of the last loading week's phase.
    """
    phase = period.phase if period.loading else history.phase
    weeks = max(history.loading_weeks - (0 if period.loading or period.deload else 1), 0)
    slots: list[Slot] = [session.slot for session in sessions]
    budget = 60 * resistance_minutes(minutes, slots)
    having = [s for s in sessions if s.slot.focus is not None]
    designs = [maker.designs.of.get((period.block, s.slot.day)) for s in having]
    sets = [[] if d is None or not len(d.rows) else _sets(maker, d, phase, budget) for d in designs]
    _restore_movements(designs, sets)
    for session, design, numbers in zip(having, designs, sets, strict=True):
        if design is None:
            continue
        for row, number in zip(design.rows.tolist(), numbers, strict=True):
            if number:
                line = resistance_line(row, number, maker.trainee, phase, weeks, light=period.deload)
                session.lines.append(line)


def _sets(maker: Maker, design: SessionDesign, phase: Phase, budget: float) -> list[int]:
    trainee = maker.trainee
    key = (id(design), phase)
    if key not in maker.seconds:
        args = (trainee.capacity, trainee.level, trainee.goal, phase, trainee.hurry)
        maker.seconds[key] = set_seconds(design.rows, *args)
    setup = load_catalogue().setup_s[design.rows]
    return fit_sets(design.sets, design.most, design.priority, maker.seconds[key], setup, budget)


def _group(row: int) -> int:
    return group_of()[row]


def _restore_movements(designs: Sequence[SessionDesign | None], sets: list[list[int]]) -> None:
    """Give a movement that this week's cuts left out two sets again, from the exercises with most sets."""
    cells = [
        (s, i, _group(row))
        for s, design in enumerate(designs)
        if design is not None
        for i, row in enumerate(design.rows.tolist())
    ]
    for group in range(len(GROUPS)):
        of_group = [(s, i) for s, i, g in cells if g == group]
        if not of_group or any(sets[s][i] for s, i in of_group):
            continue
        s, i = max(of_group, key=lambda cell: sum(sets[cell[0]]))
        others = [j for j in range(len(sets[s])) if sets[s][j]]
        for _ in range(LEAST):
            most = max(others, key=lambda j: (sets[s][j], j), default=None)
            if most is None or sets[s][most] < 2:
                break
            sets[s][most] -= 1
        sets[s][i] = LEAST if len(others) > 1 or not others else 1
