"""The policy on loads in virtual time: within the objective, soon there, back again, and not dear."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from operations.autoscale.decide import Reason
from operations.autoscale.queueing import workers_for_wait
from operations.autoscale.scenarios import diurnal, flash_crowd, ramp, spike, steady, step_down
from operations.autoscale.signals import Pool
from operations.autoscale.simulate import Run, World, oracle, simulate
from operations.forecast import SLICE_S
from operations.forecast.seasonal import seasonal_naive
from tests.operations.autoscale.policies import policy

POLICY = policy()
OWN = POLICY.pools[Pool.INTERACTIVE]
SEEDS = (1, 2)
START_S = 600.0
LOADS = {
    "spike": (lambda base: spike(base, times=10, start=START_S, lasts=120), 3_600.0),
    "ramp": (lambda base: ramp(base, times=10, start=START_S, lasts=600), 3_600.0),
    "step_down": (lambda base: step_down(base, times=10, at=1_200), 4_800.0),
    "flash_crowd": (lambda base: flash_crowd(base, times=10, start=START_S, half_s=60), 3_600.0),
}
SIZES = ((2.0, 0.5), (2.0, 2.0))  # jobs a second at the base, seconds of a job

sizes = pytest.mark.parametrize(("base", "service_s"), SIZES)
seeds = pytest.mark.parametrize("seed", SEEDS)


def world(name: str, base: float, service_s: float, seed: int) -> World:
    rate, seconds = LOADS[name]
    return World(rate=rate(base), seconds=seconds, service_s=service_s, seed=seed)


def warm(of: World) -> int:
    """The workers that the load of the start needs."""
    return max(1, workers_for_wait(of.rate(0.0), of.service_s, OWN.objective_s, OWN.late_share))


@pytest.mark.parametrize("name", LOADS)
@sizes
@seeds
def test_loads_are_carried_within_the_objective_and_no_dearer_than_must_be(
    name: str, base: float, service_s: float, seed: int
) -> None:
    """The oracle knows every rate ahead and obeys the same rules of letting workers go."""
    of = world(name, base, service_s, seed)
    run, best = simulate(of, POLICY, workers=warm(of)), oracle(of, POLICY)
    assert run.served == run.arrived
    assert run.wait_quantile(0.95) <= OWN.objective_s
    assert run.worker_s <= 1.25 * best.worker_s


@pytest.mark.parametrize("name", ["spike", "flash_crowd"])
@sizes
@seeds
def test_a_jump_is_answered_within_three_looks_and_taken_back_once(
    name: str, base: float, service_s: float, seed: int
) -> None:
    of = world(name, base, service_s, seed)
    run = simulate(of, POLICY, workers=warm(of))
    needed = 10 * base * service_s  # workers that do nothing but work
    third = run.targets[round(START_S / POLICY.tick_s) + 3]
    assert third >= needed
    before = run.targets[: round(START_S / POLICY.tick_s)]
    assert run.targets[-1] <= max(before) + 1
    assert reversals_after(run, START_S) <= 1


@sizes
@seeds
def test_a_step_down_is_one_way(base: float, service_s: float, seed: int) -> None:
    of = world("step_down", base, service_s, seed)
    run = simulate(of, POLICY, workers=warm(of))
    had = run.targets[round(1_200 / POLICY.tick_s)]
    shrinks = [at for at, target in zip(run.ticks, run.targets, strict=True) if at > 1_200 and target < had]
    assert run.targets[-1] <= math.ceil(base * service_s / OWN.utilisation) + 3
    assert shrinks[0] >= 1_200 + OWN.down_s / 2
    assert reversals_after(run, 1_300.0) <= 1


def reversals_after(run: Run, at: float) -> int:
    """Within the half hour in which everything is answered and taken back."""
    targets = [n for tick, n in zip(run.ticks, run.targets, strict=True) if at <= tick < at + 1_800.0]
    return replace(run, targets=targets).reversals()


@seeds
def test_a_day_is_carried_within_the_objective(seed: int) -> None:
    """4,320 looks."""
    of = World(rate=diurnal(0.5, times=10, day_s=21_600.0), seconds=21_600.0, service_s=3.0, seed=seed)
    run, best = simulate(of, POLICY, workers=2), oracle(of, POLICY)
    assert len(run.decisions) >= 4_320
    assert run.wait_quantile(0.95) <= OWN.objective_s
    assert run.worker_s <= 1.25 * best.worker_s
    assert run.targets[-1] < max(run.targets) / 2


@seeds
def test_nothing_shrinks_and_nothing_grows_while_nothing_is_known(seed: int) -> None:
    deaf = (700.0, 1_900.0)  # from within the spike until long after it
    of = replace(world("spike", 2.0, 0.5, seed), deaf=[deaf])
    run = simulate(of, POLICY, workers=2)
    blind = [d for at, d in zip(run.ticks[1:], run.decisions, strict=True) if deaf[0] <= at < deaf[1]]
    assert {d.reason for d in blind} == {Reason.STALE}
    assert {d.action for d in blind} == {"keep"}
    until = deaf[1] + OWN.down_s
    after = [n for at, n in zip(run.ticks, run.targets, strict=True) if deaf[1] <= at < until]
    assert min(after) >= blind[-1].target  # it shrinks by what it has seen since, not by what it missed
    assert run.targets[-1] <= 3


@seeds
@pytest.mark.parametrize("by", [3_600.0, -3_600.0, 86_400.0 * 365])
def test_a_clock_that_jumps_takes_no_worker_away(by: float, seed: int) -> None:
    of = replace(world("spike", 2.0, 0.5, seed), jumps=[(760.0, by)])
    run = simulate(of, POLICY, workers=2)
    jumped = round(760.0 / POLICY.tick_s)
    soon = run.targets[jumped - 1 : jumped + round(OWN.down_s / POLICY.tick_s) - 1]
    assert min(soon) == soon[0] > 3
    assert any("since the look before" in text for text in run.decisions[jumped - 1].why)
    assert run.targets[-1] <= 3
    assert reversals_after(run, START_S) <= 1


@seeds
def test_a_worker_that_never_drains_is_told_of_and_holds_nobody_up(seed: int) -> None:
    of = replace(world("spike", 2.0, 0.5, seed), never_drains=True)
    run = simulate(of, POLICY, workers=2)
    assert any("not killed" in text for text in run.decisions[-1].why)
    assert run.targets[-1] <= 3
    assert run.served == run.arrived


def test_a_batch_is_done_by_its_time_and_no_sooner_than_must_be() -> None:
    """2,000 chunks of 20 s, due in 4 h: 2.8 workers' work."""
    night = policy(Pool.BATCH, service_s=20.0, floor=0)
    of = World(rate=steady(0.0), seconds=14_400.0, service_s=20.0, pile=2_000, due_at=14_400.0, seed=1)
    run = simulate(of, night, Pool.BATCH, workers=1)
    assert run.served == 2_000
    assert run.last_end <= 14_400.0
    assert max(run.targets) <= 5
    assert run.worker_s <= 1.25 * 2_000 * 20.0


def test_a_batch_that_is_late_is_told_by_its_need() -> None:
    night = policy(Pool.BATCH, service_s=20.0, ceiling=2)
    of = World(rate=steady(0.0), seconds=600.0, service_s=20.0, pile=2_000, due_at=600.0, seed=1)
    run = simulate(of, night, Pool.BATCH, workers=1)
    assert run.decisions[0].needs[Reason.DEADLINE] > 50
    assert {d.reason for d in run.decisions[:100]} == {Reason.CEILING}


def day_before(rate, slices: int, seed: int) -> list[float]:
    rng = random.Random(seed)
    means = [SLICE_S * rate(SLICE_S * (n + 0.5)) for n in range(slices)]
    return [float(max(0, round(rng.gauss(mean, math.sqrt(mean))))) for mean in means]


def test_a_forecast_makes_fewer_jobs_late_and_a_wrong_one_costs_nothing() -> None:
    """A morning whose workers take half a minute to start; fourteen days before it, and these shuffled."""
    slow = policy(start_s=30.0, objective_s=5.0)
    rate = diurnal(1.0, times=10)
    past = day_before(rate, 14 * 288, seed=1)
    shuffled = random.Random(2).sample(past, len(past))
    of = World(rate=rate, seconds=28_800.0, service_s=2.0, seed=5, start_s=30.0)

    def run(history: Sequence[float] | None) -> tuple[int, float]:
        def expect(slices: Sequence[float]) -> float | None:
            told = seasonal_naive([*(history or ()), *slices], 2, 0.9)
            return None if told is None else told / SLICE_S

        made = simulate(replace(of, expect=expect if history else None), slow, workers=2)
        return sum(wait > 5.0 for _, wait in made.waits), made.worker_s

    reactive, predictive, misled = run(None), run(past), run(shuffled)
    assert predictive[0] < 0.95 * reactive[0]
    assert predictive[1] <= 1.02 * reactive[1]
    assert misled[0] <= reactive[0]
    assert misled[1] <= reactive[1]
