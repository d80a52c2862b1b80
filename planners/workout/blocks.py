"""Exercises of each block of weeks: chosen once, kept for the block, changed a little for the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planners.outcome import StopSignal, checkpoint
from planners.workout.catalog import Bools, Floats, Ints
from planners.workout.choice import LEAST_SETS, ChoiceModel, objective
from planners.workout.choose import choose
from planners.workout.dose import DOSED
from planners.workout.fit import set_seconds
from planners.workout.periods import Period
from planners.workout.purpose import Purpose
from planners.workout.resistance import Trainee, order_key
from planners.workout.session import GROUPS, BlockInput, candidates, choice_model, group_of
from planners.workout.shape import Slot
from planners.workout.vocabulary import Quality

DESIGNS = 4
"""Different choices of exercises; a longer plan comes back to the second, third and fourth with more load."""
LEAST_DESIGN_S = 300.0
"""A session is chosen for at least so much time: two exercises of two sets [G]."""
GROUPS_FROM_MIN = 35.0
"""Minutes of resistance work a week from which every movement group must be in it [G]."""
S, E = DOSED.index(Quality.STRENGTH), DOSED.index(Quality.ENDURANCE)


@dataclass(frozen=True, kw_only=True, eq=False)
class SessionDesign:
    """Exercises of one resistance session in their order.

    Attributes
    ----------
    rows : of the catalogue.
    sets, most : sets in the block's fullest week, and the most of each.
    priority : positions, the exercise that a short week keeps longest first.
    """

    rows: Ints
    sets: Ints
    most: Ints
    priority: Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Designs:
    """Of each block and day its resistance session, with the objective of all choices and their bound."""

    of: Mapping[tuple[int, int], SessionDesign]
    objective: float
    lower_bound: float


def resistance_minutes(minutes: Floats, slots: Sequence[Slot]) -> float:
    """Minutes of resistance work in each session that holds some."""
    sessions = sum(slot.focus is not None for slot in slots)
    return float(minutes[S] + minutes[E]) / sessions if sessions else 0.0


def design_blocks(
    weeks: Sequence[Period],
    slots: Sequence[tuple[Slot, ...]],
    minutes: Floats,
    may: Bools,
    trainee: Trainee,
    purpose: Purpose,
    seed: int,
    stopped: StopSignal,
) -> Designs:
    """Choose the exercises of every block.

    Parameters
    ----------
    minutes : (W, 6) of the macro plan.
    may : (n,) permitted and suited.
    """
    noise = np.random.Generator(np.random.PCG64(seed)).random(len(may))
    made: dict[tuple[int, int], SessionDesign] = {}
    chosen: dict[int, tuple[float, float]] = {}
    before: frozenset[int] = frozenset()
    for block in dict.fromkeys(period.block for period in weeks):
        checkpoint(stopped)
        source = block if block < DESIGNS else 1 + (block - 1) % (DESIGNS - 1)
        days = {s.day for p, w in zip(weeks, slots, strict=True) if p.block == block for s in w if s.focus}
        if source in chosen and all((source, day) in made for day in days):
            made |= {(block, day): d for (b, day), d in list(made.items()) if b == source}
            continue
        week = _reference(block, weeks, slots, minutes)
        foci = [slot for slot in slots[week] if slot.focus is not None]
        if not foci:
            chosen[block] = (0.0, 0.0)
            continue
        each = max(60 * resistance_minutes(minutes[week], slots[week]), LEAST_DESIGN_S)
        rows = candidates(may, tuple(slot.focus for slot in foci if slot.focus is not None))
        answer = choose(
            model := choice_model(
                BlockInput(
                    rows=rows,
                    set_s=set_seconds(
                        rows,
                        trainee.capacity,
                        trainee.level,
                        trainee.goal,
                        weeks[week].phase,
                        trainee.hurry,
                    ),
                    foci=[slot.focus for slot in foci if slot.focus is not None],
                    seconds=[each] * len(foci),
                    heavy_s=60 * float(minutes[week][S]),
                    needs=purpose.needs,
                    level=trainee.level,
                    goal=trainee.goal,
                    before=before,
                    noise=noise,
                )
            )
        )
        week_sets = answer.sets.copy()
        if each * len(foci) >= 60 * GROUPS_FROM_MIN:
            hold_every_group(model, week_sets)
        chosen[block] = (objective(model, week_sets), answer.lower_bound)
        for slot, sets in zip(foci, week_sets, strict=True):
            at = np.flatnonzero(sets)
            at = np.array(sorted(at, key=lambda i: order_key(int(model.rows[i]))), dtype=np.int64)
            made[block, slot.day] = SessionDesign(
                rows=model.rows[at],
                sets=sets[at],
                most=model.most[at],
                priority=_priority(model, week_sets, at),
            )
        before = frozenset(int(r) for s in week_sets for r in model.rows[s > 0])
    return Designs(
        of=made,
        objective=sum(both[0] for both in chosen.values()),
        lower_bound=sum(both[1] for both in chosen.values()),
    )


def hold_every_group(model: ChoiceModel, sets: Ints) -> None:
    """Give a movement group that the week lacks the place of an exercise that it can spare."""
    groups = np.array(group_of())[model.rows]
    for group in range(len(GROUPS)):
        if sets[:, groups == group].any() or not model.allowed[:, groups == group].any():
            continue
        number = Counter(groups[np.nonzero(sets)[1]].tolist())
        used = [(s, e) for s, e in zip(*np.nonzero(sets), strict=True) if _spares(groups[e], number)]
        for s, e in sorted(used, key=lambda cell: -float(model.dislike[cell[1]])):
            open_here = model.allowed[s] & (groups == group) & (sets[s] == 0)
            if open_here.any():
                best = int(np.where(open_here, model.dislike, np.inf).argmin())
                sets[s, best], sets[s, e] = LEAST_SETS, 0
                break


def _spares(group: int, number: Mapping[int, int]) -> bool:
    return group < 0 or number[group] > 1


def _priority(model: ChoiceModel, sets: Ints, at: Ints) -> Ints:
    """Positions of a session's exercises, first those whose movement group has no other in the week.

    Parameters
    ----------
    sets : (S, E) of the whole week; at : (k,) exercises of this session.
    """
    groups = [group_of()[row] for row in model.rows.tolist()]
    number = Counter(groups[int(e)] for e in np.nonzero(sets)[1])
    seen: set[int] = set()
    keys: dict[int, tuple[int, float]] = {}
    for i in np.argsort(model.dislike[at], kind="stable").tolist():
        group = groups[int(at[i])]
        first = group >= 0 and group not in seen
        seen.add(group)
        keys[i] = (number[group] if first else len(groups), float(model.dislike[at[i]]))
    return np.array(sorted(keys, key=lambda i: keys[i]), dtype=np.int64)


def _reference(
    block: int, weeks: Sequence[Period], slots: Sequence[tuple[Slot, ...]], minutes: Floats
) -> int:
    """The week of the block with most sessions, then most resistance minutes."""
    of_block = [w for w, period in enumerate(weeks) if period.block == block]
    return max(of_block, key=lambda w: (len(slots[w]), float(minutes[w][S] + minutes[w][E]), -w))
