"""What people fancy: a few tastes, drawn once for ever, that make menus differ where nothing else decides."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.catalog import Catalog
from planners.nutrition.nutrients import ROLES

Floats = NDArray[np.float64]

TASTES = 8
STRIDE = 3  # from a week's taste to the next week's; no divisor of TASTES


def taste_of(seed: int, nth_week: int) -> int:
    """The taste that a week of a plan follows."""
    return (seed + STRIDE * nth_week) % TASTES


@lru_cache(maxsize=4 * TASTES)
def taste_usd(catalog: Catalog, taste: int) -> Floats:
    """(n,) dollars added to a serving of each food: from 0 to the most that TASTE_USD gives its roles.

    The share is a hash of food code and taste (SplitMix64; Steele et al. 2014, doi:10.1145/2714064.2660195),
    so that no food's taste hangs on which other foods there are.
    """
    widest = (catalog.roles * np.array([prices.TASTE_USD[role] for role in ROLES])).max(axis=1)
    share = spread(catalog.codes.astype(np.uint64) * np.uint64(TASTES) + np.uint64(taste))
    usd = np.asarray(np.round(share * widest, 6))
    usd.setflags(write=False)  # kept for all plans
    return usd


def tie_usd(catalog: Catalog, places: int) -> Floats:
    """(places, n) dollars, below TIE_USD, that tell a food at one place from the same at another.

    With them the linear program has one optimum, and which it is hangs on no order of foods.
    """
    at = np.arange(1, places + 1, dtype=np.uint64)[:, np.newaxis] * np.uint64(1 << 32)
    return np.asarray(np.round(prices.TIE_USD * spread(at + catalog.codes.astype(np.uint64)), 6))


def spread(x: NDArray[np.uint64]) -> Floats:
    """Numbers spread evenly over [0, 1), the same for the same x (SplitMix64)."""
    z = x * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((z ^ (z >> np.uint64(31))).astype(np.float64) / 2.0**64)
