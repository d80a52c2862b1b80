"""A queue and its workers in virtual time, so that a policy can be tried on a day in a second.

Jobs come by a Poisson process whose rate is a function of time, wait in one line, and are served by the
worker that is free first. Workers start after a while, and finish what they have in hand when told to go.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from operations.autoscale.decide import Decision, decide
from operations.autoscale.policy import Policy
from operations.autoscale.queueing import workers_for_wait
from operations.autoscale.signals import Count, Due, Pool, Signals
from operations.autoscale.state import PoolState
from operations.forecast import SLICE_S

Rate = Callable[[float], float]
"""From seconds since the start to arrivals a second."""
Expect = Callable[[Sequence[float]], float | None]
"""From the arrivals of each slice since the start to the upper quantile of the rate within the horizon."""


@dataclass(frozen=True, kw_only=True)
class World:
    """What happens to a pool, whatever is decided."""

    rate: Rate
    seconds: float
    service_s: float  # mean; the times are exponential
    seed: int = 0
    start_s: float = 5.0  # from the order to a worker that works
    most_rate: float = 1_000.0  # bound of `rate`
    deaf: Sequence[tuple[float, float]] = ()  # from, to: nothing can be read
    jumps: Sequence[tuple[float, float]] = ()  # at, by: the clock of decisions jumps
    never_drains: bool = False  # the first worker that is told to go stays for ever
    pile: int = 0  # jobs that wait at the start
    due_at: float | None = None  # when the pile is to be done
    expect: Expect | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """What became of it. Times are of the true clock."""

    ticks: Sequence[float]
    targets: Sequence[int]  # what was ordered at each tick
    decisions: Sequence[Decision]
    waits: Sequence[tuple[float, float]]  # of each job: when it came, how long it waited
    worker_s: float
    arrived: int
    served: int
    last_end: float

    def late_share(self, objective_s: float) -> float:
        """The share of the jobs that waited longer than the objective."""
        return sum(wait > objective_s for _, wait in self.waits) / max(1, len(self.waits))

    def wait_quantile(self, q: float) -> float:
        ordered = sorted(wait for _, wait in self.waits)
        return ordered[min(len(ordered) - 1, math.floor(q * len(ordered)))] if ordered else 0.0

    def reversals(self) -> int:
        """How often the number of workers turned from rising to falling or back."""
        return turns(self.targets)


def turns(numbers: Sequence[int]) -> int:
    """How often a sequence turns from rising to falling or back.

    >>> turns([1, 1, 3, 3, 2, 1]), turns([1, 2, 1, 2])
    (1, 2)
    """
    moves = [after - before for before, after in itertools.pairwise(numbers) if after != before]
    return sum((one > 0) != (other > 0) for one, other in itertools.pairwise(moves))


@dataclass(kw_only=True)
class _Line:
    """The line of waiting jobs, and the workers by when they are free."""

    rng: random.Random
    service_s: float
    waiting: deque[float] = field(default_factory=deque)
    free: list[float] = field(default_factory=list)  # heap
    drains: list[tuple[float, float]] = field(default_factory=list)  # told to go at, gone at
    waits: list[tuple[float, float]] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)  # heap of the ends of jobs in hand
    busy_s: float = 0.0
    last_end: float = 0.0
    told: int = 0  # workers that were told to go

    def serve(self, until: float) -> None:
        """Start what can start before `until`."""
        while self.waiting and self.free and max(self.waiting[0], self.free[0]) < until:
            came, free_at = self.waiting.popleft(), self.free[0]
            begins = max(came, free_at)
            took = self.rng.expovariate(1 / self.service_s)
            heapq.heapreplace(self.free, begins + took)
            heapq.heappush(self.ended, begins + took)
            self.waits.append((came, begins - came))
            self.busy_s += took
            self.last_end = max(self.last_end, begins + took)

    def scale(self, number: int, now: float, start_s: float, *, stuck: bool) -> None:
        """Start workers, or tell those to go that are free first."""
        for _ in range(number - len(self.free)):
            heapq.heappush(self.free, now + start_s)
        for _ in range(len(self.free) - number):
            free_at = heapq.heappop(self.free)
            self.drains.append((now, math.inf if stuck and not self.told else max(now, free_at)))
            self.told += 1

    def ended_by(self, now: float) -> int:
        count = 0
        while self.ended and self.ended[0] <= now:
            heapq.heappop(self.ended)
            count += 1
        return count


Choose = Callable[[float, Signals | None, Count, Sequence[float]], int]
"""From the true time, a reading, the workers and the arrivals by slices to the number of workers."""


def simulate(world: World, policy: Policy, pool: Pool = Pool.INTERACTIVE, *, workers: int = 1) -> Run:
    """Let the policy scale the pool, from `workers` on."""
    state = PoolState()
    decisions: list[Decision] = []
    expected: float | None = None
    seen = -1

    def choose(now: float, reading: Signals | None, count: Count, slices: Sequence[float]) -> int:
        nonlocal state, expected, seen
        told = now + sum(by for at, by in world.jumps if at <= now)
        if world.expect and len(slices) != seen:
            expected, seen = world.expect(slices), len(slices)
        made = decide(pool, state, reading, count, policy, told, expected=expected)
        decisions.append(made)
        state = made.state
        return made.target

    return _run(world, policy, choose, decisions, workers)


def oracle(world: World, policy: Policy, pool: Pool = Pool.INTERACTIVE, *, workers: int = 1) -> Run:
    """As somebody would scale who knows the rate of every moment ahead and every mean time of service.

    He has as many workers as the objective needs at each moment, orders them as early as they need to start,
    and lets them go by the policy's rules: not before `down_s` without a need, a share a minute.
    """
    own = policy.pools[pool]
    counts: list[tuple[float, int]] = []

    @cache
    def needed(at: float) -> int:
        need = workers_for_wait(world.rate(at), world.service_s, own.objective_s, own.late_share)
        return min(max(own.floor, need), own.ceiling or need)

    def choose(now: float, _reading: Signals | None, count: Count, _slices: Sequence[float]) -> int:
        ahead = world.start_s + policy.tick_s
        looks = range(round((own.down_s + ahead) / policy.tick_s) + 1)
        moments = (now - own.down_s + policy.tick_s * n for n in looks)
        target = max(needed(at) for at in moments if at >= 0)
        if target < count.wanted:
            start = max([n for at, n in counts if at > now - own.down_window_s], default=count.wanted)
            least = start - max(1, math.floor(start * own.down_share))
            target = min(count.wanted, max(target, least))
        counts.append((now, target))
        return target

    return _run(world, policy, choose, [], max(workers, needed(0.0)))


def free_oracle(world: World, policy: Policy, pool: Pool = Pool.INTERACTIVE) -> float:
    """Worker-seconds of somebody who, besides, may start and end workers at any moment at no cost."""
    own = policy.pools[pool]
    rates = [world.rate(n * policy.tick_s) for n in range(round(world.seconds / policy.tick_s))]
    needs = [workers_for_wait(rate, world.service_s, own.objective_s, own.late_share) for rate in rates]
    return policy.tick_s * sum(max(own.floor, need) for need in needs)


def _run(world: World, policy: Policy, choose: Choose, decisions: list[Decision], workers: int) -> Run:
    rng = random.Random(world.seed)  # noqa: S311 (a simulation)
    line = _Line(rng=random.Random(world.seed + 1), service_s=world.service_s)  # noqa: S311
    line.waiting.extend([0.0] * world.pile)
    line.scale(workers, 0.0, 0.0, stuck=False)
    ticks, targets = [0.0], [workers]
    wanted, worker_s, arrived, now, read_at = workers, 0.0, world.pile, 0.0, 0.0
    came_since = ended_since = 0
    slices: list[float] = []
    in_slice = 0.0
    while now < world.seconds or (line.waiting and now < 4 * world.seconds):
        then, now = now, now + policy.tick_s
        came = _arrivals(world, rng, then, now)
        line.waiting.extend(came)
        arrived, came_since = arrived + len(came), came_since + len(came)
        in_slice += len(came)
        if now >= SLICE_S * (len(slices) + 1):
            slices.append(in_slice)
            in_slice = 0.0
        line.serve(now)
        ended_since += line.ended_by(now)
        worker_s += policy.tick_s * len(line.free) + _drained_s(line, then, now)
        reading = None
        if not any(start <= now < end for start, end in world.deaf):
            told = now + sum(by for at, by in world.jumps if at <= now)
            reading = _read(world, line, now, told, now - read_at, came_since, ended_since)
            read_at, came_since, ended_since = now, 0, 0
        line.drains = [drain for drain in line.drains if drain[1] > now]
        draining = [now - told_at for told_at, _ in line.drains]
        longest_s = max(draining, default=0.0)
        count = Count(wanted=wanted, live=len(line.free), draining=len(draining), longest_drain_s=longest_s)
        wanted = choose(now, reading, count, slices)
        line.scale(wanted, now, world.start_s, stuck=world.never_drains)
        ticks.append(now)
        targets.append(wanted)
    return Run(
        ticks=ticks, targets=targets, decisions=decisions, waits=line.waits, worker_s=worker_s,
        arrived=arrived, served=len(line.waits), last_end=line.last_end,
    )  # fmt: skip


def _arrivals(world: World, rng: random.Random, then: float, now: float) -> list[float]:
    """Poisson arrivals at the rate of the tick's middle; ticks are short beside every change."""
    rate = min(world.most_rate, world.rate((then + now) / 2)) if then < world.seconds else 0.0
    times: list[float] = []
    at = then
    while rate > 0 and (at := at + rng.expovariate(rate)) < now:
        times.append(at)
    return times


def _read(
    world: World, line: _Line, now: float, told: float, span_s: float, arrived: int, ended: int
) -> Signals:
    due: tuple[Due, ...] = ()
    if world.due_at is not None and line.waiting:
        left = len(line.waiting) + len(line.ended)
        due = (Due(name="night", jobs=left, work_s=None, left_s=world.due_at - now),)
    mean = line.busy_s / max(1, len(line.waits))
    return Signals(
        at=told, span_s=span_s, queued=len(line.waiting), running=len(line.ended),
        oldest_age_s=now - line.waiting[0] if line.waiting else 0.0,
        arrived=arrived, ended=ended, busy_s=mean * ended, due=due,
    )  # fmt: skip


def _drained_s(line: _Line, then: float, now: float) -> float:
    """Seconds in this tick of those that drain and will end; one that never does is nobody's fault here."""
    return sum(max(0.0, min(now, gone) - then) for _, gone in line.drains if then < gone < math.inf)
