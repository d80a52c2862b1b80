"""What decisions remember of a pool from one look to the next, and what they tell from it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from operations.autoscale.policy import PoolPolicy
from operations.autoscale.signals import Signals

CHANCE = 3.0  # standard deviations of a Poisson count that may be chance
SERVICE_S = 600.0  # time constant of the mean service time
PRIOR_JOBS = 4.0  # jobs that the policy's service time weighs as much as

Moments = tuple[tuple[float, int], ...]
"""Pairs of a time and a number, the oldest first."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """Arrivals between two readings."""

    at: float
    span_s: float
    arrived: int


@dataclass(frozen=True, kw_only=True)
class PoolState:
    """A pool's past. Times are those of the looks."""

    at: float | None = None  # the look before
    read_at: float | None = None  # the reading that is counted already
    spans: tuple[Span, ...] = ()  # of the last `rate_s`
    busy_s: float = 0.0  # fading sums of the service
    ended: float = 0.0
    needs: Moments = ()  # of the last `down_s`, and the one before
    raised: Moments = ()  # the same of a load that is greater by the tolerance
    counts: Moments = ()  # numbers of workers of the last `down_window_s`, and the one before
    added_at: float | None = None


def taken_in(state: PoolState, reading: Signals, policy: PoolPolicy) -> PoolState:
    """The state that counts the reading's arrivals and work; a reading that was counted counts no more."""
    if reading.at == state.read_at or reading.span_s <= 0:
        return state
    arrived = Span(at=reading.at, span_s=reading.span_s, arrived=reading.arrived or 0)
    since = reading.at - policy.rate_s
    spans = (*(span for span in state.spans if span.at > since), arrived)
    kept = math.exp(-reading.span_s / SERVICE_S)
    known = reading.ended is not None and reading.busy_s is not None
    return replace(
        state, read_at=reading.at, spans=spans,
        busy_s=kept * state.busy_s + ((reading.busy_s or 0.0) if known else 0.0),
        ended=kept * state.ended + ((reading.ended or 0) if known else 0),
    )  # fmt: skip


def service_s(state: PoolState, policy: PoolPolicy) -> float:
    """S: seconds that a worker is busy with a job, from the fading past and the policy's first guess."""
    return (state.busy_s + PRIOR_JOBS * policy.service_s) / (state.ended + PRIOR_JOBS)


def arrival_rate(spans: Iterable[Span]) -> float:
    """λ: the mean rate, or that of the latest spans alone as far as chance does not explain it.

    λ = max(n/T over all, max over the latest k spans of (n_k - z √n_k) / T_k), so that a jump is seen at the
    first look after it and a lucky second is not.
    """
    latest = list(spans)[::-1]
    arrived, span_s, jump = 0, 0.0, 0.0
    for span in latest:
        arrived, span_s = arrived + span.arrived, span_s + span.span_s
        jump = max(jump, (arrived - CHANCE * math.sqrt(arrived)) / span_s)
    return max(jump, arrived / span_s) if latest else 0.0


def within(moments: Moments, since: float) -> Moments:
    """Those after `since`, and the last one before, which held until then."""
    earlier = [moment for moment in moments if moment[0] <= since]
    return (*earlier[-1:], *(moment for moment in moments if moment[0] > since))
