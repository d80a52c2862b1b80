"""How honest the predicted test results are: coverage on synthetic members whose response is known."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from benchmarks.record import record
from planners.workout.response.backtest import Outcome, back_test

MEMBERS = 4_000
SEEDS = (1, 2, 3)
FACTORS = (0.7, 1.0, 1.4)


def run() -> list[dict[str, Any]]:
    """Coverage of the 80 % interval, with the prior right and wrong; the error against the last result."""
    records = []
    for factor in FACTORS:
        outcomes = [o for seed in SEEDS for o in back_test(MEMBERS, seed, factor)]
        inside = sum(outcome.inside for outcome in outcomes) / len(outcomes)
        aim = 0.75 if factor == 1.0 else None
        metric = f"coverage of the 80 % interval, gains × {factor:g}"
        records.append(record("workout_backtest", metric, inside, "share", runs=len(outcomes), target=aim))
        if factor == 1.0:
            records += _right_prior(outcomes, inside)
    return [*records, _speed()]


def _right_prior(outcomes: list[Outcome], inside: float) -> list[dict[str, Any]]:
    runs = len(outcomes)
    error = sum(outcome.error for outcome in outcomes) / runs
    naive = sum(outcome.naive_error for outcome in outcomes) / runs
    better = sum(outcome.better for outcome in outcomes) / runs
    name = "workout_backtest"
    return [
        record(name, "the same, from above", inside, "share", runs=runs, target=0.85, at_most=True),
        record(name, "results better than expected", better, "share", runs=runs),
        record(
            name,
            "mean error on the ln scale",
            error,
            "1",
            runs=runs,
            peer="the last logged result",
            peer_value=naive,
            ratio=error / naive,
            target=1.0,
            at_most=True,
        ),
    ]


def _speed() -> dict[str, Any]:
    start = perf_counter()
    back_test(MEMBERS, SEEDS[0])
    each = (perf_counter() - start) / MEMBERS
    return record("workout_backtest", "simulate, fit and predict", each * 1e3, "ms", runs=MEMBERS)


if __name__ == "__main__":
    for line in run():
        print(f"{line['metric']:48} {line['value']:.4g} {line['unit']}")
