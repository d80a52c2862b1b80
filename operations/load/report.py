"""What a load test found: rates, times, workers, and whether it met its objectives."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from operations.autoscale.policy import Policy
from operations.autoscale.scenarios import Rate
from operations.autoscale.signals import Pool
from operations.autoscale.simulate import World, oracle, turns
from operations.control import Line
from operations.load.send import Outcome
from operations.load.watch import NONE, Sample

TICKS = 3  # within which a step is answered
LOOKS_S = 2.0  # that a reading lags behind what comes, and the watch behind what is


@dataclass(frozen=True, kw_only=True)
class Check:
    """One objective: what was found against what is allowed."""

    name: str
    found: float
    limit: float
    met: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """Rates in requests a second, times in seconds: `p50_s` and so on from the intended send to the plan."""

    scenario: str
    sent: int
    accepted: int
    plans: int
    refused: int
    offered_per_s: float
    achieved_per_s: float
    p50_s: float
    p95_s: float
    p99_s: float
    max_s: float
    p50_wait_s: float  # in the queue
    p95_wait_s: float
    max_wait_s: float
    most_queued: float
    oldest_age_s: float
    workers_least: int
    workers_most: int
    worker_s: float  # seconds of workers, those that drain among them
    oracle_worker_s: float | None  # of somebody who knew the arrivals, and lets workers go by the same rules
    reversals: int
    drained: int
    drained_badly: int
    checks: Sequence[Check]

    @property
    def passed(self) -> bool:
        return all(check.met for check in self.checks)


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a scenario is held against."""

    rate: Rate
    seconds: float
    steps: int = 0  # changes that are to be answered, each with one reversal at most
    step_at: float | None = None  # when the load jumps up
    scaled: bool = True  # an autoscaler decides on the workers


def report(
    scenario: str,
    outcomes: Sequence[Outcome],
    samples: Sequence[Sample],
    expected: Expectation,
    policy: Policy,
) -> Report:
    """Sum up a test, and hold it against what is expected."""
    took = sorted(o.took_s for o in outcomes if o.took_s is not None)
    waits = sorted(o.queue_wait_s for o in outcomes if o.queue_wait_s is not None)
    lines = [(s.at, s.line) for s in samples if s.line is not None]
    wanted = [(at, line.wanted) for at, line in lines]
    numbers = [number for _, number in wanted]
    last, first = (lines[-1][1], lines[0][1]) if lines else (NONE, NONE)
    ended = max((o.at + o.took_s for o in outcomes if o.took_s is not None), default=0.0)
    found = Report(
        scenario=scenario, sent=len(outcomes), accepted=sum(o.accepted for o in outcomes), plans=len(took),
        refused=sum(not o.accepted for o in outcomes),
        offered_per_s=len(outcomes) / expected.seconds, achieved_per_s=len(took) / ended if ended else 0.0,
        p50_s=quantile(took, 50), p95_s=quantile(took, 95), p99_s=quantile(took, 99),
        max_s=max(took, default=0.0),
        p50_wait_s=quantile(waits, 50), p95_wait_s=quantile(waits, 95), max_wait_s=max(waits, default=0.0),
        most_queued=max((s.queued for s in samples if s.queued is not None), default=0.0),
        oldest_age_s=max((s.oldest_age_s for s in samples if s.oldest_age_s is not None), default=0.0),
        workers_least=min(numbers, default=0), workers_most=max(numbers, default=0),
        worker_s=_worker_s(lines), oracle_worker_s=_oracle_s(expected, policy, lines, outcomes),
        reversals=turns(numbers), drained=last.drained - first.drained,
        drained_badly=last.lost - first.lost, checks=(),
    )  # fmt: skip
    return replace(found, checks=_checks(found, wanted, outcomes, expected, policy))


def quantile(ordered: Sequence[float], percent: int) -> float:
    """The percentile of an ordered sequence; 0 of an empty one."""
    if len(ordered) < 2:
        return ordered[0] if ordered else 0.0
    return statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1]


def _checks(
    found: Report,
    wanted: Sequence[tuple[float, int]],
    outcomes: Sequence[Outcome],
    expected: Expectation,
    policy: Policy,
) -> list[Check]:
    own = policy.pools[Pool.INTERACTIVE]
    checks = [
        _most("p95 of the wait in the queue, s", found.p95_wait_s, own.objective_s),
        _most("requests refused", found.refused, 0),
        _most("accepted and not completed", found.accepted - found.plans, 0),
    ]
    if not wanted or not expected.scaled:
        return checks
    checks += [
        _most("workers at the end", wanted[-1][1], own.floor),
        _most("reversals", found.reversals, expected.steps),
        _most("drained otherwise than with exit 0", found.drained_badly, 0),
    ]
    if expected.step_at is not None:
        within_s = TICKS * policy.tick_s + LOOKS_S
        needed = _needed(expected.rate(expected.step_at), outcomes, own.ceiling)
        reached = (
            at - expected.step_at for at, number in wanted if at >= expected.step_at and number >= needed
        )
        checks.append(_most(f"until {needed} workers are ordered, s", next(reached, math.inf), within_s))
    return checks


def _most(name: str, found: float, limit: float) -> Check:
    return Check(name=name, found=found, limit=limit, met=found <= limit)


def _service_s(outcomes: Sequence[Outcome]) -> float:
    known = [o.service_s for o in outcomes if o.service_s is not None]
    return statistics.fmean(known) if known else 0.0


def _needed(rate: float, outcomes: Sequence[Outcome], ceiling: int) -> int:
    """Workers that carry the load, were they always busy; no more than there may be."""
    needed = math.ceil(rate * _service_s(outcomes))
    return min(needed, ceiling) if ceiling else needed


def _worker_s(lines: Sequence[tuple[float, Line]]) -> float:
    pairs = itertools.pairwise(lines)
    return sum((later - at) * (line.wanted + len(line.draining_since)) for (at, line), (later, _) in pairs)


def _oracle_s(
    expected: Expectation, policy: Policy, lines: Sequence[tuple[float, Line]], outcomes: Sequence[Outcome]
) -> float | None:
    """Worker-seconds of the oracle over the time that was watched, at the service time that was seen."""
    service_s = _service_s(outcomes)
    if not lines or not expected.scaled or service_s <= 0:
        return None

    def rate(at: float) -> float:
        return expected.rate(at) if at < expected.seconds else 0.0

    world = World(rate=rate, seconds=lines[-1][0], service_s=service_s, start_s=policy.start_s)
    return oracle(world, policy).worker_s
