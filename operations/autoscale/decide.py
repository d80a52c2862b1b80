"""The decision: from a pool's past, one reading and the policy to a number of workers and the reasons.

N = max(N_slo, N_drain, N_deadline, N_forecast), within floor and ceiling. It grows at once, by capped steps.
It shrinks only to what was the greatest need of the last `down_s`, by a share a minute, and never on a
forecast, a stale reading or a missing one. Pure: the moment is an argument.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from operations.autoscale.policy import Policy, PoolPolicy
from operations.autoscale.queueing import (
    workers_for_deadlines,
    workers_for_forecast,
    workers_for_wait,
    workers_to_drain,
)
from operations.autoscale.signals import Count, Pool, Signals
from operations.autoscale.state import PoolState, arrival_rate, service_s, taken_in, within

OVERDUE_S = 300.0  # in which work is to be done whose time is over, or nearer than that
SPARED = 0.9  # share of the free memory that new workers may take


class Reason(StrEnum):
    """What the number of workers was decided by."""

    SLO = "slo"  # waits within the objective
    DRAIN = "drain"  # a backlog worked off in time
    DEADLINE = "deadline"  # work that must be done by a time
    FORECAST = "forecast"  # what is expected within the horizon
    REQUESTS = "requests"  # requests a second of the web
    FLOOR = "floor"
    CEILING = "ceiling"
    MEMORY = "memory"  # the machine has no room for more
    HOLD = "hold"  # a need was greater lately, or the change is too small
    STALE = "stale"  # what is known is too old, or not enough
    FIXED = "fixed"  # by an operator


NEEDS = (Reason.SLO, Reason.DRAIN, Reason.DEADLINE, Reason.FORECAST, Reason.REQUESTS)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """How many workers a pool shall have, why, and what to remember of it."""

    pool: Pool
    at: float
    before: int
    target: int
    reason: Reason
    needs: Mapping[Reason, int]  # what each formula asks for
    why: tuple[str, ...]  # sentences
    state: PoolState

    @property
    def action(self) -> str:
        """One word: grow, shrink or keep."""
        if self.target == self.before:
            return "keep"
        return "grow" if self.target > self.before else "shrink"


def decide(
    pool: Pool,
    state: PoolState,
    reading: Signals | None,
    count: Count,
    policy: Policy,
    now: float,
    *,
    expected: float | None = None,
    fixed: int | None = None,
) -> Decision:
    """Decide on one pool.

    Parameters
    ----------
    state : what the decision before left
    reading : the latest one, or None when there is none
    count : the pool's processes now
    now : seconds, of the clock that the reading's `at` is of
    expected : upper quantile of the rate of arrivals a second within the policy's horizon; None: no forecast
    fixed : the number that an operator wants, whatever is needed; None: the policy decides
    """
    own = policy.pools[pool]
    state, notes = _continued(state, count, policy, now)
    notes += _told_of_drains(count, policy)
    if fixed is not None:
        why = (f"an operator wants {fixed}", *notes)
        state = _holding(state, fixed, own, now)
        return _decided(pool, state, count.wanted, fixed, Reason.FIXED, {}, why, now, own)
    if reading is None or not reading.complete or not 0 <= now - reading.at <= policy.stale_s:
        why = (_untold(reading, now), *notes)
        target, reason = max(count.wanted, own.floor), Reason.STALE
        state = _holding(state, target, own, now)
        return _decided(pool, state, count.wanted, target, reason, {}, why, now, own)
    state = taken_in(state, reading, own)
    rate = arrival_rate(state.spans)
    needs = _needs(pool, rate, state, reading, own, expected)
    least = max(_needs(pool, rate / (1 + own.tolerance), state, reading, own, expected).values())
    told = _told(pool, rate, state, reading, own, expected)
    raised = _needs(pool, rate * (1 + own.tolerance), state, reading, own, expected)
    name = max(needs, key=lambda name: (needs[name], -NEEDS.index(name)))
    number, reason = _clamped(needs[name], name, own)
    by_backlog = needs.get(Reason.DRAIN, 0) > _carried(state, own)
    need = Need(number=number, least=least, reason=reason, by_backlog=by_backlog)
    state = _remembering(state, needs, raised, own, now)
    target, reason, more = _stepped(state, reading, count, own, need, now)
    return _decided(pool, state, count.wanted, target, reason, needs, (*told, *more, *notes), now, own)


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a reading asks for, between floor and ceiling."""

    number: int
    least: int  # the same of a load that is less by the tolerance
    reason: Reason
    by_backlog: bool  # a backlog makes it greater than what comes does


def _continued(
    state: PoolState, count: Count, policy: Policy, now: float
) -> tuple[PoolState, tuple[str, ...]]:
    """The state, unless the clock jumped or nobody looked for too long: then its past counts no more."""
    if state.at is None:
        return _begun(state, count, now), ()
    if 0 <= now - state.at <= policy.stale_s:
        return replace(state, at=now), ()
    begun = PoolState(busy_s=state.busy_s, ended=state.ended, added_at=now)
    kept = _begun(begun, count, now)
    return kept, (f"{now - state.at:+.0f} s since the look before: nothing shrinks by what was known then",)


def _begun(state: PoolState, count: Count, now: float) -> PoolState:
    have = ((now, count.wanted),)
    return replace(state, at=now, needs=have, raised=have, counts=have)


def _needs(
    pool: Pool, rate: float, state: PoolState, reading: Signals, own: PoolPolicy, expected: float | None
) -> dict[Reason, int]:
    """What each formula asks for at this rate of arrivals."""
    if pool is Pool.WEB:
        return {Reason.REQUESTS: math.ceil(rate / own.requests_per_process)}
    each = service_s(state, own)
    backlog = 0 if reading.due else reading.queued or 0  # what has a deadline is done by that, no sooner
    needs = {Reason.DRAIN: workers_to_drain(rate, each, backlog, own.drain_s, own.utilisation)}
    if own.objective_s > 0:
        needs[Reason.SLO] = workers_for_wait(rate, each, own.objective_s, own.late_share)
    if reading.due:
        told = [(due.jobs * each if due.work_s is None else due.work_s, due.left_s) for due in reading.due]
        needs[Reason.DEADLINE] = workers_for_deadlines(told, own.utilisation, OVERDUE_S)
    if expected is not None and own.horizon_s > 0:
        needs[Reason.FORECAST] = workers_for_forecast(expected, each, own.utilisation)
    return needs


def _told(
    pool: Pool, rate: float, state: PoolState, reading: Signals, own: PoolPolicy, expected: float | None
) -> tuple[str, ...]:
    """The same in sentences."""
    if pool is Pool.WEB:
        return (f"{rate:.3g} requests a second, {own.requests_per_process:g} for each process",)
    each = service_s(state, own)
    why = [f"{rate:.3g} jobs a second of {each:.3g} s are a load of {rate * each:.3g} workers",
           f"{reading.queued} wait, the oldest for {reading.oldest_age_s or 0.0:.3g} s"]  # fmt: skip
    if reading.due:
        first = min(reading.due, key=lambda due: due.left_s)
        why.append(f"{len(reading.due)} batches are due, {first.name} in {first.left_s:.0f} s")
    if expected is not None and own.horizon_s > 0:
        why.append(f"up to {expected:.3g} jobs a second are expected within {own.horizon_s:.0f} s")
    return tuple(why)


def _holding(state: PoolState, number: int, own: PoolPolicy, now: float) -> PoolState:
    """The state in which this number is taken to be needed, for lack of a better knowledge."""
    since = now - own.down_s
    return replace(
        state, needs=(*within(state.needs, since), (now, number)),
        raised=(*within(state.raised, since), (now, number)),
    )  # fmt: skip


def _remembering(
    state: PoolState, needs: Mapping[Reason, int], raised: Mapping[Reason, int], own: PoolPolicy, now: float
) -> PoolState:
    """The state with what is needed now, and would be if the load were greater by the tolerance."""
    since = now - own.down_s
    least, _ = _clamped(_lasting(state, needs, own), Reason.HOLD, own)
    more, _ = _clamped(_lasting(state, raised, own, 1 + own.tolerance), Reason.HOLD, own)
    return replace(
        state, needs=(*within(state.needs, since), (now, least)),
        raised=(*within(state.raised, since), (now, more)),
    )  # fmt: skip


def _lasting(state: PoolState, needs: Mapping[Reason, int], own: PoolPolicy, times: float = 1.0) -> int:
    """What is remembered of a need: all but the backlog's part, which is over once that is worked off."""
    if Reason.DRAIN not in needs:
        return max(needs.values())
    others = (number for name, number in needs.items() if name is not Reason.DRAIN)
    return max([_carried(state, own, times), *others])


def _carried(state: PoolState, own: PoolPolicy, times: float = 1.0) -> int:
    """Workers that carry what comes, or `times` as much, without a backlog."""
    rate, each = times * arrival_rate(state.spans), service_s(state, own)
    return workers_to_drain(rate, each, 0, own.drain_s, own.utilisation)


def _clamped(need: int, reason: Reason, own: PoolPolicy) -> tuple[int, Reason]:
    if need < own.floor:
        return own.floor, Reason.FLOOR
    if own.ceiling and need > own.ceiling:
        return own.ceiling, Reason.CEILING
    return need, reason


def _stepped(
    state: PoolState, reading: Signals, count: Count, own: PoolPolicy, need: Need, now: float
) -> tuple[int, Reason, tuple[str, ...]]:
    """From the need to the next number of workers: up at once but capped, down late and slowly.

    Only when the need of a load that is less by the tolerance is too much for the workers, more are added,
    unless somebody waits too long already.
    """
    have = count.wanted
    late = 0 < own.objective_s < (reading.oldest_age_s or 0.0)
    lasting = min(number for _, number in within(state.needs, now - own.up_s))
    wanted = min(need.number, lasting) if own.up_s and not late else need.number
    if wanted > have and (late or have < own.floor or need.least > have):
        return _grown(reading, own, have, wanted, need.reason)
    return _shrunk(state, own, have, need, now)


def _grown(
    reading: Signals, own: PoolPolicy, have: int, wanted: int, reason: Reason
) -> tuple[int, Reason, tuple[str, ...]]:
    step = max(own.up_most, 2 * have)
    why = () if wanted <= have + step else (f"{wanted} are needed; {step} are added at one look",)
    if reading.memory_free is not None and reading.worker_memory:
        room = math.floor(SPARED * reading.memory_free / reading.worker_memory)
        if room < min(step, wanted - have):
            return have + room, Reason.MEMORY, (f"the machine has memory for {room} more",)
    return min(wanted, have + step), reason, why


def _shrunk(
    state: PoolState, own: PoolPolicy, have: int, need: Need, now: float
) -> tuple[int, Reason, tuple[str, ...]]:
    if need.number >= have:
        return have, need.reason if need.number == have else Reason.HOLD, ()
    if need.by_backlog:
        return have, Reason.HOLD, (f"{need.number} are needed; a backlog is worked off first",)
    known = within(state.needs, now - own.down_s)
    most = max(need.number, *(number for _, number in known))
    if most >= have or now - known[0][0] < own.down_s:
        return have, Reason.HOLD, (f"{need.number} are needed; {most} were within {own.down_s:.0f} s",)
    if max(number for _, number in within(state.raised, now - own.down_s)) >= have:
        return have, Reason.HOLD, (f"{most} are needed; a load a little greater needs {have}",)
    if state.added_at is not None and now - state.added_at < own.cooldown_s:
        return have, Reason.HOLD, (f"{most} are needed; one was added {now - state.added_at:.0f} s ago",)
    start = max(number for _, number in within(state.counts, now - own.down_window_s))
    least = start - max(1, math.floor(start * own.down_share))
    if least >= have:
        return have, Reason.HOLD, (f"{most} are needed; {start - have} went within the last minute",)
    return max(most, least), need.reason, (f"at most {most} were needed for {own.down_s:.0f} s",)


def _decided(
    pool: Pool,
    state: PoolState,
    before: int,
    target: int,
    reason: Reason,
    needs: Mapping[Reason, int],
    why: tuple[str, ...],
    now: float,
    own: PoolPolicy,
) -> Decision:
    counts = (*within(state.counts, now - own.down_window_s), (now, target))
    added_at = now if target > before else state.added_at
    kept = replace(state, counts=counts, added_at=added_at)
    return Decision(
        pool=pool, at=now, before=before, target=target, reason=reason, needs=needs, why=why, state=kept
    )


def _untold(reading: Signals | None, now: float) -> str:
    if reading is None:
        return "nothing is known of the queue: the number stays"
    if not reading.complete:
        missing = [name for name in ("queued", "arrived", "oldest_age_s") if getattr(reading, name) is None]
        return f"{', '.join(missing)} not known: the number stays"
    return f"what is known is {now - reading.at:.0f} s old: the number stays"


def _told_of_drains(count: Count, policy: Policy) -> tuple[str, ...]:
    if count.longest_drain_s <= policy.stuck_s:
        return ()
    return (f"a worker has been draining for {count.longest_drain_s:.0f} s; it is not killed",)
