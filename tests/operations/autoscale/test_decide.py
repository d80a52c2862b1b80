"""One decision at a time: each rule, and the reason it gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from operations.autoscale.decide import Decision, Reason, decide
from operations.autoscale.signals import Count, Due, Pool, Signals
from operations.autoscale.state import PoolState, Span, arrival_rate
from tests.operations.autoscale.policies import policy

NOW = 10_000.0


def reading(at: float = NOW, **known: Any) -> Signals:
    quiet = {"queued": 0, "running": 0, "oldest_age_s": 0.0, "arrived": 0, "ended": 0, "busy_s": 0.0}
    return Signals(at=at, span_s=5.0, **{**quiet, **known})


def once(have: int, told: Signals | None, pool: Pool = Pool.INTERACTIVE, **given: Any) -> Decision:
    """A first decision with `have` workers."""
    how = given.pop("how", policy(pool))
    count = Count(wanted=have, live=have, **given.pop("count", {}))
    return decide(pool, given.pop("state", PoolState()), told, count, how, NOW, **given)


def looks(
    have: int, readings: list[dict[str, Any]], *, every_s: float = 5.0, how: Any = None
) -> list[Decision]:
    """Decisions one after the other."""
    made: list[Decision] = []
    state = PoolState()
    for n, known in enumerate(readings):
        at = NOW + 5.0 * n
        count = Count(wanted=have, live=have)
        one = decide(Pool.INTERACTIVE, state, reading(at, **known), count, how or policy(), at)
        state, have = one.state, one.target
        made.append(one)
    return made


def test_a_backlog_adds_workers_at_once_and_says_why() -> None:
    made = once(1, reading(queued=100, oldest_age_s=3.0))
    assert (made.action, made.target, made.reason) == ("grow", 2, Reason.DRAIN)
    assert "100 wait, the oldest for 3 s" in made.why


def test_a_step_up_is_capped() -> None:
    made = once(1, reading(queued=10_000))
    assert made.target == 1 + policy().pools[Pool.INTERACTIVE].up_most
    assert made.needs[Reason.DRAIN] > 100
    assert once(10, reading(queued=100_000)).target == 30


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (None, "nothing is known"),
        (reading(at=NOW - 20.001), "20 s old"),
        (reading(at=NOW + 1), "old"),
        (reading(queued=None), "queued not known"),
        (reading(arrived=None, oldest_age_s=None), "arrived, oldest_age_s not known"),
    ],
)
def test_what_is_not_known_changes_nothing(told: Signals | None, text: str) -> None:
    made = once(7, told)
    assert (made.target, made.reason) == (7, Reason.STALE)
    assert any(text in sentence for sentence in made.why)


def test_a_reading_is_known_until_it_is_stale() -> None:
    assert once(1, reading(at=NOW - 20.0, queued=100)).target > 1


def test_the_floor_is_kept_whatever_is_known() -> None:
    how = policy(floor=3)
    assert once(1, None, how=how).target == 3
    assert once(1, reading(), how=how).target == 3


def test_the_ceiling_is_kept_whatever_is_needed() -> None:
    made = once(3, reading(queued=100_000), how=policy(ceiling=4))
    assert (made.target, made.reason) == (4, Reason.CEILING)


def test_workers_go_only_after_the_whole_time_without_a_need() -> None:
    made = looks(8, [{}] * 62)
    targets = [one.target for one in made]
    assert targets[:60] == [8] * 60  # 295 s
    assert targets[60] == 6  # a quarter
    assert made[0].reason == Reason.HOLD


def test_a_need_in_between_starts_the_time_anew() -> None:
    made = looks(8, [{}] * 40 + [{"arrived": 100}] + [{}] * 55)
    assert {one.target for one in made} == {8}


def test_workers_go_by_a_quarter_a_minute_down_to_the_floor() -> None:
    targets = [one.target for one in looks(16, [{}] * 400)]
    assert targets[-1] == 1
    for start in range(400 - 12):
        minute = targets[start : start + 12]
        assert minute[0] - minute[-1] <= max(1, minute[0] // 4)


def test_none_goes_while_a_backlog_is_worked_off() -> None:
    made = looks(8, [{}] * 62 + [{"queued": 40}] * 10 + [{}])
    assert made[60].target == 6
    assert [one.target for one in made[62:72]] == [6] * 10
    assert any("a backlog is worked off first" in text for text in made[70].why)
    assert made[72].target < 6


def test_none_goes_soon_after_one_came() -> None:
    how = policy(cooldown_s=600.0, down_s=5.0)
    made = looks(1, [{"queued": 300}] + [{}] * 100, how=how)
    assert made[0].target == 5
    assert {one.target for one in made[:100]} == {5}
    assert any("one was added" in text for text in made[50].why)


def test_a_forecast_adds_workers_and_takes_none() -> None:
    made = once(2, reading(), expected=10.0)
    assert (made.target, made.reason) == (6, Reason.FORECAST)
    low = looks(8, [{"arrived": 70}] * 70)
    assert low[-1].target == 8
    state = low[-1].state
    at = NOW + 350.0
    count = Count(wanted=8, live=8)
    made = decide(Pool.INTERACTIVE, state, reading(at, arrived=70), count, policy(), at, expected=0.0)
    assert made.target == 8


def test_an_operator_has_the_last_word() -> None:
    made = once(4, reading(queued=1_000), fixed=2)
    assert (made.target, made.reason) == (2, Reason.FIXED)
    assert once(4, None, fixed=0).target == 0


def test_what_an_operator_wanted_counts_as_needed_when_he_gives_it_back() -> None:
    made = [looks(5, [{}] * 70)[-1]]
    assert made[0].target < 5
    state = made[0].state
    for n in range(70):
        at = NOW + 350.0 + 5.0 * n
        count = Count(wanted=5, live=5)
        fixed = decide(Pool.INTERACTIVE, state, reading(at), count, policy(), at, fixed=5)
        state = fixed.state
    at += 5.0
    assert decide(Pool.INTERACTIVE, state, reading(at), count, policy(), at).target == 5


def test_no_more_workers_are_started_than_there_is_memory_for() -> None:
    made = once(1, reading(queued=10_000, memory_free=1e9, worker_memory=3e8))
    assert (made.target, made.reason) == (4, Reason.MEMORY)
    assert once(1, reading(queued=10_000, memory_free=1e8, worker_memory=3e8)).target == 1


def test_batches_are_sized_by_their_deadlines() -> None:
    due = [
        Due(name="a", jobs=720, work_s=7_200.0, left_s=3_600.0),
        Due(name="b", jobs=3_600, work_s=None, left_s=7_200.0),
    ]
    made = once(1, reading(queued=50, due=due), Pool.BATCH)
    assert (made.needs[Reason.DEADLINE], made.target) == (7, 5)
    assert any("2 batches are due, a in 3600 s" in text for text in made.why)


def test_the_web_is_sized_by_its_requests() -> None:
    made = once(1, reading(arrived=2_500), Pool.WEB)  # 500 a second
    assert (made.target, made.reason) == (4, Reason.REQUESTS)


def test_a_drain_that_takes_too_long_is_told_of() -> None:
    stuck = {"draining": 1, "longest_drain_s": 151.0}
    assert any("draining for 151 s; it is not killed" in text for text in once(1, reading(), count=stuck).why)
    soon = {"draining": 1, "longest_drain_s": 150.0}
    assert not any("draining" in text for text in once(1, reading(), count=soon).why)


def test_a_small_excess_of_the_load_adds_nobody() -> None:
    load = [{"arrived": 20, "ended": 20, "busy_s": 20.0}] * 30  # 4 a second of nearly 1 s
    made = looks(5, load)
    assert {one.target for one in made} == {5}


def spans(*arrived: int) -> list[Span]:
    return [Span(at=5.0 * n, span_s=5.0, arrived=count) for n, count in enumerate(arrived)]


def test_a_jump_is_seen_at_once_and_chance_is_not() -> None:
    assert arrival_rate(spans(*[10] * 11, 100)) == pytest.approx((100 - 3 * 10) / 5)
    assert arrival_rate(spans(*[10] * 11, 16)) == pytest.approx(126 / 60)
    assert arrival_rate([]) == 0.0


def test_a_reading_is_counted_once() -> None:
    one = reading(arrived=50)
    made = once(1, one)
    again = once(1, one, state=replace(made.state, at=NOW))
    assert again.state.spans == made.state.spans
