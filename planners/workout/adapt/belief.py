"""One unknown from a prior and a few dated observations, all of them logarithms.

    m = (m0 / v0 + Σ y_i / v_i) / (1 / v0 + Σ 1 / v_i),   1 / v = 1 / v0 + Σ 1 / v_i
    v_i = s_i² · 2^(a_i / H),   y_i held within c ± 3 √(s_i² + v0)

| symbol | name | meaning | unit |
| --- | --- | --- | --- |
| m0, v0 | prior | what is believed beforehand, and its variance | ln, ln² |
| y_i, s_i | value, deviation | what an entry says, and its standard deviation when it is fresh | ln |
| a_i, H | age_days, half_life | an entry's weight halves with every H days | d |
| c | | the weighted median of the prior and all entries: what most of them say | ln |

Closed form: the order of the entries does not matter, and one wild entry moves the result no further than its
bound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

BOUND = 3.0


@dataclass(frozen=True, kw_only=True)
class Observation:
    """An entry: what it says, its deviation when fresh, its age; `told` names it in sentences."""

    value: float
    deviation: float
    age_days: int
    half_life: float
    told: str

    @property
    def variance(self) -> float:
        """s² · 2^(a/H)."""
        return self.deviation**2 * math.pow(2.0, self.age_days / self.half_life)


@dataclass(frozen=True, kw_only=True)
class Belief:
    """Mean and variance of a logarithm; `bounded` are entries that were held to their bound, as it was."""

    mean: float
    variance: float
    bounded: tuple[tuple[Observation, float], ...] = ()


def believe(prior: Belief, seen: Sequence[Observation], *, around: float | None = None) -> Belief:
    """The posterior of the prior and the entries; `around` is the centre c where it is known better."""
    if not seen:
        return prior
    entries = sorted(seen, key=lambda o: (o.value, o.deviation, o.age_days, o.told))
    variances = [o.variance for o in entries]
    values, weights = [o.value for o in entries], [1 / v for v in variances]
    median = weighted_median([prior.mean, *values], [1 / prior.variance, *weights])
    centre = median if around is None else around
    held, bounded = [], []
    for entry in entries:
        reach = BOUND * math.sqrt(entry.deviation**2 + prior.variance)
        value = min(max(entry.value, centre - reach), centre + reach)
        held.append(value)
        if value != entry.value:
            bounded.append((entry, value))
    precision = 1 / prior.variance + math.fsum(1 / v for v in variances)
    total = prior.mean / prior.variance + math.fsum(y / v for y, v in zip(held, variances, strict=True))
    return Belief(mean=total / precision, variance=1 / precision, bounded=tuple(bounded))


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The least value at which half of the weight is reached.

    >>> weighted_median([3.0, 1.0, 2.0], [1.0, 1.0, 1.0])
    2.0
    """
    pairs = sorted(zip(values, weights, strict=True))
    half, reached = math.fsum(weights) / 2, 0.0
    for value, weight in pairs:
        reached += weight
        if reached >= half:
            return value
    return pairs[-1][0]
