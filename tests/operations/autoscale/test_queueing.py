"""The formulas, held against what they are made of."""

from __future__ import annotations

import math
import random

import pytest

from operations.autoscale.queueing import (
    erlang_c,
    late_share,
    workers_for_deadlines,
    workers_for_forecast,
    workers_for_wait,
    workers_to_drain,
)
from operations.autoscale.simulate import World, oracle
from tests.operations.autoscale.policies import policy


def erlang_c_by_sum(workers: int, load: float) -> float:
    """C by its definition, with factorials."""
    busy = load**workers / math.factorial(workers) * workers / (workers - load)
    return busy / (sum(load**k / math.factorial(k) for k in range(workers)) + busy)


@pytest.mark.parametrize(("workers", "load"), [(1, 0.5), (2, 1.9), (10, 7.0), (41, 40.0)])
def test_the_recursion_is_the_sum(workers: int, load: float) -> None:
    assert erlang_c(workers, load) == pytest.approx(erlang_c_by_sum(workers, load), rel=1e-9)


def test_one_worker_makes_wait_whoever_finds_him_busy() -> None:
    assert erlang_c(1, 0.3) == pytest.approx(0.3)


def test_the_least_number_is_the_least() -> None:
    workers = workers_for_wait(20.0, 2.0, 10.0, 0.05)
    assert workers == 41
    assert late_share(workers, 40.0, 2.0, 10.0) <= 0.05 < late_share(workers - 1, 40.0, 2.0, 10.0)


def test_simulated_waits_are_as_the_formula_says() -> None:
    """18 workers at a load of 16, 60,000 jobs: the share that waits beyond 1 s."""
    world = World(rate=lambda _: 8.0, seconds=7_500.0, service_s=2.0, seed=3)
    run = oracle(world, policy(objective_s=1.0, late_share=late_share(18, 16.0, 2.0, 1.0)))
    assert set(run.targets) == {18}
    assert run.late_share(1.0) == pytest.approx(late_share(18, 16.0, 2.0, 1.0), rel=0.15)


def test_nothing_that_comes_and_nothing_that_waits_need_nobody() -> None:
    assert workers_for_wait(0.0, 2.0, 10.0, 0.05) == 0
    assert workers_to_drain(0.0, 2.0, 0, 30.0, 0.8) == 0
    assert workers_for_forecast(0.0, 2.0, 0.8) == 0
    assert workers_for_deadlines([], 0.8, 60.0) == 0


@pytest.mark.parametrize(("backlog", "workers"), [(60, 5), (66, 6)])
def test_a_backlog_is_worked_off_beside_what_comes(backlog: int, workers: int) -> None:
    assert workers_to_drain(2.0, 1.0, backlog, 30.0, 0.8) == workers


def test_deadlines_are_met_when_the_earliest_is_served_first_and_not_with_one_worker_fewer() -> None:
    rng = random.Random(5)
    for _ in range(200):
        work = [(rng.uniform(10, 5_000), rng.uniform(60, 7_200)) for _ in range(rng.randint(1, 8))]
        workers = workers_for_deadlines(work, 1.0, 60.0)
        assert in_time(work, workers)
        assert not in_time(work, workers - 1)


def in_time(work: list[tuple[float, float]], workers: int) -> bool:
    done_at = 0.0
    for needed_s, left_s in sorted(work, key=lambda pair: pair[1]):
        done_at += needed_s / workers if workers else math.inf
        if done_at > left_s + 1e-6:
            return False
    return True


def test_work_whose_time_is_over_is_done_soon() -> None:
    assert workers_for_deadlines([(600.0, -50.0)], 1.0, 60.0) == 10
