"""From fractions of days to whole servings: many seeded roundings of the program's mix at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.diet import Mix
from planners.nutrition.options import EMPTY, Options
from planners.nutrition.pattern import Pattern

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def round_mix(pattern: Pattern, options: Options, mix: Mix, count: int, rng: np.random.Generator) -> Ints:
    """(count, cells) whole menus as options, each drawn from the mix by systematic sampling.

    A place with d cells and shares u₁ + u₂ + … = d serves choice i on ⌊uᵢ⌋ or ⌈uᵢ⌉ days, uᵢ in the mean: the
    shares are laid end to end in a seeded order, and d points one day apart, from a seeded start, read them.
    """
    places = len(options.cells)
    keys = rng.random((count, len(mix.days) + places))
    offsets = rng.random((count, places))
    drawn = [_draw(pattern, options, mix, p, keys, offsets[:, p]) for p in range(places)]
    return np.concatenate(drawn, axis=1)


def _draw(pattern: Pattern, options: Options, mix: Mix, place: int, keys: Floats, offset: Floats) -> Ints:
    cells = int(options.cells[place])
    at = np.flatnonzero((pattern.place == place) & (mix.days > 0.0))
    picked, share, key = _nearest(pattern, options, mix, at), mix.days[at], keys[:, at]
    spare = cells - share.sum()
    empty = np.flatnonzero(options.food[options.start[place] : options.start[place + 1]] == EMPTY)
    if len(empty):
        picked = np.append(picked, options.start[place] + empty)
        share = np.append(share, max(spare, 0.0))
        key = np.column_stack([key, keys[:, len(mix.days) + place]])
    order = np.argsort(key, axis=1)
    ends = np.cumsum(share[order], axis=1)
    points = offset[:, np.newaxis] + np.arange(cells)
    nth = (points[:, :, np.newaxis] > ends[:, np.newaxis, :]).sum(axis=2)
    return np.asarray(picked[np.take_along_axis(order, np.minimum(nth, len(share) - 1), axis=1)])


def _nearest(pattern: Pattern, options: Options, mix: Mix, choices: Ints) -> Ints:
    """The option of each choice whose portion is nearest to the mix's."""
    food, place = pattern.food[choices], pattern.place[choices]
    nth = np.rint((mix.grams[choices] - pattern.smallest_g[food]) / pattern.step_g[food]).astype(np.int64)
    first = [
        start + int(np.flatnonzero(options.food[start:stop] == f)[0])
        for f, start, stop in zip(food, options.start[place], options.start[place + 1], strict=True)
    ]
    return np.array(first, dtype=np.int64) + np.clip(nth, 0, pattern.steps[food])
