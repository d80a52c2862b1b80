"""The autoscaler's policy against oracles, and with a forecast against without, on simulated loads.

The oracle knows every rate ahead and obeys the policy's own rules of letting workers go; the free oracle may
start and end them at any moment. The day with a forecast has fourteen days before it; the misled one has them
shuffled.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from benchmarks.record import record
from operations.autoscale.policy import Policy
from operations.autoscale.queueing import workers_for_wait
from operations.autoscale.scenarios import Rate, diurnal, flash_crowd, ramp, spike, step_down
from operations.autoscale.signals import Pool
from operations.autoscale.simulate import Run, World, free_oracle, oracle, simulate
from operations.forecast import SLICE_S
from operations.forecast.seasonal import seasonal_naive

NAME = "autoscale"
SEEDS = (1, 2, 3)
SERVICE_S, BASE = 2.0, 2.0
LOADS: dict[str, tuple[Rate, float]] = {
    "spike of 10 for 2 minutes": (spike(BASE, times=10, start=600, lasts=120), 3_600.0),
    "ramp to 10": (ramp(BASE, times=10, start=600, lasts=600), 3_600.0),
    "step down": (step_down(BASE, times=10, at=1_200), 4_800.0),
    "flash crowd": (flash_crowd(BASE, times=10, start=600, half_s=60), 3_600.0),
    "day in 6 hours": (diurnal(BASE / 2, times=10, day_s=21_600.0), 21_600.0),
}


def run() -> list[dict[str, Any]]:
    """Every load with every seed, and the day with, without and with a wrong forecast."""
    policy = _policy()
    own = policy.pools[Pool.INTERACTIVE]
    records = []
    for name, (rate, seconds) in LOADS.items():
        waits, dear, free = [], [], []
        for seed in SEEDS:
            of = World(rate=rate, seconds=seconds, service_s=SERVICE_S, seed=seed)
            warm = workers_for_wait(rate(0.0), SERVICE_S, own.objective_s, own.late_share)
            made = simulate(of, policy, workers=warm)
            waits.append(made.wait_quantile(0.95))
            dear.append(made.worker_s / oracle(of, policy).worker_s)
            free.append(made.worker_s / free_oracle(of, policy))
        told: dict[str, Any] = {"runs": len(SEEDS), "at_most": True}
        records += [
            record(NAME, f"{name}: p95 wait", median(waits), "s", target=own.objective_s, **told),
            record(NAME, f"{name}: worker-seconds of the oracle's", median(dear), "x", target=1.25, **told),
            record(NAME, f"{name}: of the free oracle's", median(free), "x", runs=len(SEEDS)),
        ]  # fmt: skip
    return records + _forecasts()


def _policy(start_s: float = 5.0, **own: Any) -> Policy:
    policy = Policy(start_s=start_s)
    changed = replace(policy.pools[Pool.INTERACTIVE], ceiling=300, **own)
    return replace(policy, pools={**policy.pools, Pool.INTERACTIVE: changed})


def _forecasts() -> list[dict[str, Any]]:
    policy, rate = _policy(start_s=30.0, objective_s=5.0), diurnal(1.0, times=10)
    past = _past(rate, 14 * 288)
    shuffled = random.Random(2).sample(past, len(past))  # noqa: S311
    records = []
    found = {name: [_day(policy, rate, known, seed) for seed in SEEDS]
             for name, known in (("reactive", None), ("predictive", past), ("misled", shuffled))}  # fmt: skip
    late = {name: float(sum(_late(made) for made in runs)) for name, runs in found.items()}
    spent = {name: sum(made.worker_s for made in runs) for name, runs in found.items()}
    for name in ("predictive", "misled"):
        told = {"runs": len(SEEDS), "peer": "reactive alone", "at_most": True, "target": 1.0}
        records += [
            record(NAME, f"{name} day: jobs late", late[name] / max(1.0, late["reactive"]), "x", **told),
            record(NAME, f"{name} day: worker-seconds", spent[name] / spent["reactive"], "x",
                   **{**told, "target": 1.02}),
        ]  # fmt: skip
    return records


def _late(made: Run) -> int:
    return sum(wait > 5.0 for _, wait in made.waits)


def _day(policy: Policy, rate: Rate, past: Sequence[float] | None, seed: int) -> Run:
    def expect(slices: Sequence[float]) -> float | None:
        told = seasonal_naive([*(past or ()), *slices], 2, 0.9)
        return None if told is None else told / SLICE_S

    of = World(rate=rate, seconds=86_400.0, service_s=2.0, seed=seed, start_s=30.0)
    return simulate(replace(of, expect=expect if past else None), policy, workers=3)


def _past(rate: Rate, slices: int) -> list[float]:
    """Poisson counts, by their normal approximation."""
    rng = random.Random(1)  # noqa: S311
    means = [SLICE_S * rate(SLICE_S * (n + 0.5)) for n in range(slices)]
    return [float(max(0, round(rng.gauss(mean, math.sqrt(mean))))) for mean in means]
