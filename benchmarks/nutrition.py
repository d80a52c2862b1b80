"""Nutrition plans: speed, gap and misses, beside the same model written plainly; a stream of members.

The measuring runs in a process of its own, one thread in every library: memory and time are then its own.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.record import record

PEER_REQUESTS = 7  # the plain model takes seconds for each
GAP_REQUESTS = 120
STREAM = 1_000
COLD = 20
FRESH = 5  # plans made by a process each
PEER_GAP = 0.05
TIMES_LONGER = 20.0

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def run() -> list[dict[str, Any]]:
    """All figures of the nutrition planner."""
    command = [sys.executable, "-m", "benchmarks.nutrition"]
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, check=True)
    records: list[dict[str, Any]] = json.loads(done.stdout)
    return records


def measure() -> list[dict[str, Any]]:
    """Measure in this process."""
    # the stream first, while the process is small: its memory is then the planner's own
    return [*_stream(), *_quality(), *_beside_the_plain_model()]


def _stream() -> list[dict[str, Any]]:
    """A thousand members one after the other, as `reveille plan nutrition --jsonl` plans them."""
    from benchmarks.members import nutrition_request
    from planners.nutrition.planner import plan_nutrition

    requests = [nutrition_request(n) for n in range(STREAM)]
    took, memory = [], []
    for n, request in enumerate(requests):
        took.append(_seconds(lambda r=request: plan_nutrition(r)))
        if n % 50 == 49:
            memory.append(_resident_mb())
    cold = [_cold_seconds(nutrition_request(STREAM + n)) for n in range(COLD)]
    fresh = [_seconds(lambda r=request: _in_a_fresh_process(r)) for request in requests[:FRESH]]
    rate, grown = STREAM / sum(took), memory[-1] / memory[len(memory) // 2]
    name = "nutrition_stream"
    return [
        _beside(name, rate, FRESH / sum(fresh), "a process for each plan", STREAM, target=2.0),
        _beside(name, rate, COLD / sum(cold), "nothing kept between members", STREAM),
        record(name, "plan_p50", 1e3 * statistics.median(took), "ms", runs=STREAM),
        record(name, "plan_p95", 1e3 * statistics.quantiles(took, n=20)[-1], "ms", runs=STREAM),
        record(name, "memory_at_the_end", memory[-1], "MB", runs=1, target=300.0, at_most=True),
        record(name, "memory_end_over_middle", grown, "ratio", runs=1, target=1.1, at_most=True),
    ]


def _beside(
    name: str, rate: float, peer_rate: float, peer: str, runs: int, target: float | None = None
) -> dict[str, Any]:
    """Plans a second of ours and of a peer."""
    return record(
        name,
        "plans_per_second",
        rate,
        "1/s",
        runs=runs,
        peer=peer,
        peer_value=peer_rate,
        ratio=rate / peer_rate,
        target=target,
    )


def _in_a_fresh_process(request: Any) -> None:
    from planners.spec import request_json

    command = [sys.executable, "-c", "from operations.cli import main; main()", "plan", "nutrition", "-"]
    text = json.dumps(request_json(request))
    subprocess.run(command, input=text, stdout=subprocess.DEVNULL, check=True, text=True)


def _cold_seconds(request: Any) -> float:
    """Time of a plan when no program and no basis is at hand."""
    from planners.nutrition import basis
    from planners.nutrition.planner import plan_nutrition

    basis.program.cache_clear()
    return _seconds(lambda: plan_nutrition(request))


def _quality() -> list[dict[str, Any]]:
    """Gap to the linear program's bound, and the worst miss of a limit, over many members."""
    from benchmarks.members import nutrition_request
    from planners.nutrition.planner import plan_nutrition
    from planners.nutrition.targets import SOFT

    gaps, misses, scores = [], [], []
    for n in range(GAP_REQUESTS):
        plan = plan_nutrition(nutrition_request(2 * STREAM + n))
        if any("supplement" in text for text in plan.warnings):
            continue  # no permitted food reaches a floor: not a feasible request
        gaps.append(plan.solution.gap)
        scores.append(plan.weeks[0].hei_2020.total)
        misses.append(max(_miss(week, SOFT) for week in plan.weeks))
    name, runs = "nutrition_quality", len(gaps)
    p95 = 100 * statistics.quantiles(gaps, n=20)[-1]
    return [
        record(name, "gap_median", 100 * statistics.median(gaps), "%", runs=runs, target=2.0, at_most=True),
        record(name, "gap_p95", p95, "%", runs=runs, target=5.0, at_most=True),
        record(name, "worst_nutrient_miss", 100 * max(misses), "%", runs=runs, target=0.5, at_most=True),
        record(name, "hei_2020_median", statistics.median(scores), "points", runs=runs),
    ]


def _miss(week: Any, soft: frozenset[str]) -> float:
    worst = 0.0
    for name, target in week.targets.items():
        if name not in soft:
            value = week.nutrients[name]
            worst = max(worst, 1.0 - value / target.min if target.min else 0.0)
            worst = max(worst, value / target.max - 1.0 if target.max else 0.0)
    return worst


def _beside_the_plain_model() -> list[dict[str, Any]]:
    """Turn by turn: our whole plan, the plain model to its gap, and for a multiple of our time."""
    from benchmarks.members import nutrition_request
    from benchmarks.peers.menu_milp import solve_menu
    from planners.nutrition.catalog import load_catalog
    from planners.nutrition.planner import plan_nutrition
    from planners.nutrition.weeks import make_case, period_week

    ours, theirs, value, to_gap, in_time = [], [], [], [], []
    for n in range(PEER_REQUESTS):
        request = nutrition_request(3 * STREAM + n)
        case = make_case(load_catalog(), request)
        pattern, week = case.program.pattern, period_week(case, 0, {})
        plan_nutrition(request)  # once, so that its program is at hand, as in a stream of members
        ours.append(_seconds(lambda r=request: value.append(plan_nutrition(r).solution.objective)))
        theirs.append(_seconds(lambda p=pattern, w=week: to_gap.append(solve_menu(p, w, gap=PEER_GAP).value)))
        in_time.append(solve_menu(pattern, week, gap=0.0, seconds=TIMES_LONGER * ours[-1]).value)
    rate, peer_rate = PEER_REQUESTS / sum(ours), PEER_REQUESTS / sum(theirs)
    name, runs, median = "nutrition_against_milp", PEER_REQUESTS, statistics.median
    peer, in_time_peer = "scipy.optimize.milp to a 5 % gap", f"the same, {TIMES_LONGER:g} times our time"
    found = [v for v in in_time if v < math.inf]  # most find no menu in that time
    return [
        _beside(name, rate, peer_rate, peer, runs, target=60.0),
        record(
            name,
            "objective",
            median(value),
            "USD/day",
            runs=runs,
            peer=peer,
            peer_value=median(to_gap),
            ratio=median(a / b for a, b in zip(to_gap, value, strict=True)),
            target=1.0,
        ),
        record(
            name,
            "share_of_requests_with_no_worse_menu",
            sum(a >= b - 1e-6 for a, b in zip(in_time, value, strict=True)) / runs,
            "ratio",
            runs=runs,
            peer=in_time_peer,
            peer_value=len(found) / runs,
            target=0.5,
        ),
    ]


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def _resident_mb() -> float:
    """Memory of this process; Linux says it in pages."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
