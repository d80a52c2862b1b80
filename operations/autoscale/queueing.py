"""How many workers a load needs: the formulas that decisions are made of.

A worker is a server of a queue; λ is the rate of arrivals a second, S the seconds that a worker is busy with
one job, and a = λS the offered load, in workers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import accumulate

MOST = 100_000  # workers; beyond that a formula is no longer asked


def erlang_c(workers: int, load: float) -> float:
    """The share of jobs that have to wait, in a queue of Poisson arrivals and exponential service (M/M/c).

    B₀ = 1, B_k = aB_{k-1} / (k + aB_{k-1}); C = cB_c / (c - a(1 - B_c)).

    Parameters
    ----------
    workers : c, at least 1
    load : a = λS, in workers

    Returns
    -------
    0 to 1; 1 where the workers cannot carry the load at all.

    References
    ----------
    A. K. Erlang, Solution of some problems in the theory of probabilities of significance in automatic
    telephone exchanges, 1917.

    >>> round(erlang_c(41, 40.0), 3)
    0.823
    """
    if load <= 0:
        return 0.0
    if workers <= load:
        return 1.0
    blocked = 1.0
    for k in range(1, workers + 1):
        blocked = load * blocked / (k + load * blocked)
    return workers * blocked / (workers - load * (1 - blocked))


def late_share(workers: int, load: float, service_s: float, objective_s: float) -> float:
    """The share of jobs that wait longer than the objective: P(W > T) = C · exp(-(c - a) T / S)."""
    if service_s <= 0 or workers <= load:
        return 1.0 if load > 0 else 0.0
    return erlang_c(workers, load) * math.exp(-(workers - load) * objective_s / service_s)


def workers_for_wait(rate: float, service_s: float, objective_s: float, share: float) -> int:
    """N_slo: the least c with C · exp(-(c - a) T / S) ≤ p.

    >>> workers_for_wait(20.0, 2.0, 10.0, 0.05)
    41
    """
    load = rate * service_s
    if load <= 0:
        return 0
    workers = max(1, math.floor(load) + 1)
    while workers < MOST and late_share(workers, load, service_s, objective_s) > share:
        workers += 1
    return workers


def workers_to_drain(
    rate: float, service_s: float, backlog: float, drain_s: float, utilisation: float
) -> int:
    """N_drain = ⌈(λS + QS / T) / ρ⌉: carries what arrives, and works off the backlog Q within T.

    >>> workers_to_drain(rate=2.0, service_s=1.0, backlog=60, drain_s=30.0, utilisation=0.8)
    5
    """
    return _ceil((rate * service_s + backlog * service_s / drain_s) / utilisation)


def workers_for_forecast(rate: float, service_s: float, utilisation: float) -> int:
    """N_pred = ⌈λ̂S / ρ⌉, for the forecast's upper quantile λ̂ of the rate."""
    return _ceil(rate * service_s / utilisation)


def workers_for_deadlines(work: Iterable[tuple[float, float]], utilisation: float, overdue_s: float) -> int:
    """The least number of workers with which everything is done by its time, the earliest first.

    N = max over deadlines d of ⌈Σ_{i: d_i ≤ d} W_i / (ρ d)⌉: before each deadline lies all the work of those
    before it.

    Parameters
    ----------
    work : pairs (W, d): the seconds of one worker that are left to do, and the seconds until their deadline
    utilisation : ρ, the share of a worker's time that is counted on
    overdue_s : the time in which work is to be done whose deadline is nearer than that, or past

    >>> workers_for_deadlines([(3600.0, 1800.0), (7200.0, 7200.0)], utilisation=1.0, overdue_s=60.0)
    2
    """
    ordered = sorted((max(overdue_s, left_s), needed_s) for needed_s, left_s in work)
    sums = accumulate(needed_s for _, needed_s in ordered)
    needs = (total / (utilisation * left_s) for total, (left_s, _) in zip(sums, ordered, strict=True))
    return max(map(_ceil, needs), default=0)


def _ceil(number: float) -> int:
    return math.ceil(number - 1e-9)  # what floating point adds makes no further worker
