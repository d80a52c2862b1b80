"""Which exercises a block's resistance sessions hold, and how many sets: the model and its objective.

Choose whole sets n[s,e], 0 or from 2 to most[e], so that

    time      Σ_e n[s,e] t_e + [n[s,e] > 0] setup_e ≤ T_s
    variants  at most `variants` exercises of one movement in a session
    count     at most K_s exercises in a session

and the least possible of

    Σ_j short_j (need_j - v_j)₊ + Σ_j over_j (v_j - high_j)₊ + idle · minutes left + Σ_e dislike_e n_e

where v_j = Σ n[s,e] feature[e,j] sums what is counted over the week: sets of each muscle (direct 1, indirect
½, Pelland 2024, doi:10.51224/SRXIV.460 [S]), sets of each movement group, carry-over to each tested movement,
and seconds of heavy work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planners.workout.catalog import Bools, Floats, Ints

SHORT, OVER, LACK, MISS = 1.0, 0.5, 4.0, 2.0
"""Cost of a set: of a muscle too little, too much; of a movement group, of a tested movement lacking [G]."""
IDLE, SPLIT = 0.4 / 60, 0.1 / 60
"""Cost of a second without work, and of a second off the wanted heavy work [G]."""
LEAST_SETS = 2
INDIRECT = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class ChoiceModel:
    """E candidate exercises, S sessions, J sums.

    Attributes
    ----------
    rows : (E,) their rows in the catalogue.
    seconds, setup : (E,) seconds of a set with its rest, and to make ready.
    most : (E,) most sets of it in a session.
    movement : (E,) number of the movement that `variants` counts.
    variants : (movements,) most exercises of a movement in a session.
    allowed : (S, E) whether the session may hold it.
    budget : (S,) seconds.
    count : (S,) most exercises.
    features : (E, J) what one set adds to each sum.
    need, short : (J,) wanted of each sum, and the cost of each unit less.
    high, over : (J,) not to be passed, and the cost of each unit more.
    dislike : (E,) ≥ 0, per set.
    """

    rows: Ints
    seconds: Floats
    setup: Floats
    most: Ints
    movement: Ints
    variants: Ints
    allowed: Bools
    budget: Floats
    count: Ints
    features: Floats
    need: Floats
    short: Floats
    high: Floats
    over: Floats
    dislike: Floats


def narrowed(model: ChoiceModel, kept: Ints) -> ChoiceModel:
    """The model with some of its exercises only."""
    return replace(
        model,
        rows=model.rows[kept],
        seconds=model.seconds[kept],
        setup=model.setup[kept],
        most=model.most[kept],
        movement=model.movement[kept],
        allowed=model.allowed[:, kept],
        features=model.features[kept],
        dislike=model.dislike[kept],
    )


Sets = NDArray[np.int64]
"""(S, E) whole sets."""


def sums_cost(model: ChoiceModel, sums: Floats) -> Floats:
    """Σ_j short_j (need_j - v_j)₊ + over_j (v_j - high_j)₊ of sums (…, J)."""
    lack = np.maximum(model.need - sums, 0.0)
    excess = np.maximum(sums - model.high, 0.0)
    cost: Floats = lack @ model.short + excess @ model.over
    return cost


def used_seconds(model: ChoiceModel, sets: Sets) -> Floats:
    """(S,) seconds that each session's sets take, making ready included."""
    found: Floats = sets @ model.seconds + (sets > 0) @ model.setup
    return found


def objective(model: ChoiceModel, sets: Sets) -> float:
    """The objective of whole sets."""
    total = sets.sum(axis=0)
    idle = float((model.budget - used_seconds(model, sets)).sum())
    return float(sums_cost(model, total @ model.features) + IDLE * idle + model.dislike @ total)


def broken(model: ChoiceModel, sets: Sets) -> list[str]:
    """Names of the model's rules that the sets break: none for a sound answer."""
    used = sets > 0
    kinds = len(model.variants)
    names = {
        "time": bool((used_seconds(model, sets) > model.budget + 1e-6).any()),
        "allowed": bool((used & ~model.allowed).any()),
        "sets": bool((used & ((sets < LEAST_SETS) | (sets > model.most))).any()),
        "count": bool((used.sum(axis=1) > model.count).any()),
        "variants": any(
            (np.bincount(model.movement[row], minlength=kinds) > model.variants).any() for row in used
        ),
    }
    return [name for name, is_broken in names.items() if is_broken]
