"""When the requests of an open-loop load come: whenever they come, however slow the answers are."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import accumulate

import click


def arrivals(rate: float, seconds: float, rng: random.Random) -> list[float]:
    """Poisson arrivals at `rate` a second within `seconds`, in seconds from the start."""
    if rate <= 0 or seconds <= 0:
        raise click.BadParameter("rate and seconds must be above 0")
    gaps = iter(lambda: rng.expovariate(rate), None)
    return list(_until(accumulate(gaps), seconds))


def varying(rate: Callable[[float], float], seconds: float, most: float, rng: random.Random) -> list[float]:
    """Poisson arrivals within `seconds` at a rate that changes and never exceeds `most`, by thinning.

    Reference: P. A. W. Lewis and G. S. Shedler, Simulation of nonhomogeneous Poisson processes by thinning,
    1979.
    """
    return [at for at in arrivals(most, seconds, rng) if rng.random() * most < rate(at)]


def _until(times: Iterator[float], end: float) -> Iterator[float]:
    for at in times:
        if at >= end:
            return
        yield at
