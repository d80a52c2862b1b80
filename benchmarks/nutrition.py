"""Nutrition plans: speed, gap and misses, beside three solvers on the same model; a stream of members.

The measuring runs in a process of its own, one thread in every library: memory and time are then its own.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks.record import record

PEER_REQUESTS = 20  # the plain model takes ten seconds for each
GAP_REQUESTS = 300
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
    return [*_stream(), *_quality(), *_beside_solvers()]


def _stream() -> list[dict[str, Any]]:
    """A thousand members through `reveille plan nutrition --jsonl`, and others from cold."""
    from benchmarks.members import nutrition_request

    requests = [nutrition_request(n) for n in range(STREAM)]
    took, memory = _through_jsonl(requests)
    cold = [_cold_seconds(nutrition_request(STREAM + n)) for n in range(COLD)]
    fresh = [_seconds(lambda r=request: _in_a_fresh_process(r)) for request in requests[:FRESH]]
    rate, grown = STREAM / sum(took), memory[-1] / memory[len(memory) // 2]
    name, cold_peer = "nutrition_stream", "the first plan of a new process, its start not counted"
    return [
        _beside(name, rate, COLD / sum(cold), cold_peer, STREAM, target=2.0),
        _beside(name, rate, FRESH / sum(fresh), "a process for each plan, start and all", STREAM),
        record(name, "plan_p50", 1e3 * statistics.median(took), "ms", runs=STREAM),
        record(name, "plan_p95", 1e3 * statistics.quantiles(took, n=20)[-1], "ms", runs=STREAM),
        record(name, "memory_at_the_end", memory[-1], "MB", runs=1, target=300.0, at_most=True),
        record(name, "memory_end_over_middle", grown, "ratio", runs=1, target=1.1, at_most=True),
    ]


COMMAND = [sys.executable, "-c", "from operations.cli import main; main()", "plan", "nutrition"]


def _through_jsonl(requests: list[Any]) -> tuple[list[float], list[float]]:
    """Seconds of each plan after the first, and the process's MB at every fiftieth."""
    from planners.spec import request_json

    took, memory = [], []
    with tempfile.TemporaryFile("w+") as lines:
        lines.writelines(json.dumps(request_json(request)) + "\n" for request in [requests[0], *requests])
        lines.seek(0)
        with subprocess.Popen([*COMMAND, "-", "--jsonl"], stdin=lines, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            process.stdout.readline()  # the start of the process is no plan's time
            last = time.perf_counter()
            for n, line in enumerate(process.stdout):
                now = time.perf_counter()
                took.append(now - last)
                last = now
                if line.startswith(b'{"error"'):
                    raise RuntimeError(f"request {n} has no plan: {line.decode()}")
                if n % 50 == 49 and n + 1 < len(requests):
                    memory.append(_resident_mb(process.pid))
    if len(took) != len(requests):
        raise RuntimeError(f"{len(requests)} requests were sent and {len(took)} plans came back")
    return took, memory


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

    text = json.dumps(request_json(request))
    subprocess.run([*COMMAND, "-"], input=text, stdout=subprocess.DEVNULL, check=True, text=True)


FIRST_PLAN = """
import json, sys, time
from datetime import date
from planners.json_text import parse_json
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import read_request
text = sys.stdin.buffer.read()
began = time.perf_counter()
json.dumps(plan_json(make_plan(read_request(parse_json(text), date(2026, 11, 30)))))
print(time.perf_counter() - began)
"""


def _cold_seconds(request: Any) -> float:
    """Time from the first line of a new process to its plan in JSON; start and imports are not counted."""
    from planners.spec import request_json

    command, text = [sys.executable, "-c", FIRST_PLAN], json.dumps(request_json(request))
    return float(subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True, text=True).stdout)


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


def _beside_solvers() -> list[dict[str, Any]]:
    """Turn by turn: our whole plan, scipy's milp to its gap, CP-SAT and CBC for a multiple of our time."""
    from benchmarks.members import nutrition_request
    from benchmarks.peers.menu_cbc import CbcMenu
    from benchmarks.peers.menu_cp_sat import CpSatMenu
    from benchmarks.peers.menu_milp import solve_menu
    from planners.nutrition.catalog import load_catalog
    from planners.nutrition.planner import plan_nutrition
    from planners.nutrition.weeks import make_case, period_week
    from planners.nutrition.whole import whole_program

    timed = {"OR-Tools CP-SAT": CpSatMenu, "PuLP with CBC": CbcMenu}
    ours, theirs, value, to_gap = [], [], [], []
    in_time: dict[str, list[float]] = {peer: [] for peer in timed}
    for n in range(PEER_REQUESTS):
        request = nutrition_request(3 * STREAM + n)
        case = make_case(load_catalog(), request)
        pattern, week = case.program.pattern, period_week(case, 0, {})
        plan_nutrition(request)  # once, so that its program is at hand, as in a stream of members
        ours.append(_seconds(lambda r=request: value.append(plan_nutrition(r).solution.objective)))
        theirs.append(_seconds(lambda p=pattern, w=week: to_gap.append(solve_menu(p, w, gap=PEER_GAP).value)))
        for peer, menu in timed.items():
            in_time[peer].append(menu(whole_program(pattern, week), week).solve(TIMES_LONGER * ours[-1]))
    rate, peer_rate = PEER_REQUESTS / sum(ours), PEER_REQUESTS / sum(theirs)
    peer = "scipy.optimize.milp to a 5 % gap"
    return [
        _beside("nutrition_against_milp", rate, peer_rate, peer, PEER_REQUESTS, target=60.0),
        _objectives("nutrition_against_milp", peer, value, to_gap),
        *(
            found
            for peer, values in in_time.items()
            for found in _in_time(f"{peer}, {TIMES_LONGER:g} times our time", value, values)
        ),
    ]


def _objectives(name: str, peer: str, ours: list[float], theirs: list[float]) -> dict[str, Any]:
    """The median of how many times our objective a peer's is: 1 or more says that ours is no worse."""
    return record(
        name,
        "objective",
        statistics.median(ours),
        "USD/day",
        runs=len(ours),
        peer=peer,
        peer_value=statistics.median(theirs),
        ratio=statistics.median(b / a for a, b in zip(ours, theirs, strict=True)),
        target=1.0,
    )


def _in_time(peer: str, ours: list[float], theirs: list[float]) -> list[dict[str, Any]]:
    """On how many requests a peer found a better menu, or any, in its time; our objective beside those."""
    found = [(a, b) for a, b in zip(ours, theirs, strict=True) if b < math.inf]
    name, runs = "nutrition_against_solvers", len(ours)
    better = sum(a < b for a, b in zip(ours, theirs, strict=True)) / runs
    shares = record(
        name,
        "share_of_requests_with_the_better_menu",
        better,
        "ratio",
        runs=runs,
        peer=peer,
        peer_value=1.0 - better,
        target=0.5,
    )
    answered = record(
        name, "share_with_any_menu", 1.0, "ratio", runs=runs, peer=peer, peer_value=len(found) / runs
    )
    beside = [_objectives(name, peer, *map(list, zip(*found, strict=True)))] if found else []
    return [shares, answered, *beside]


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def _resident_mb(pid: int) -> float:
    """Memory of a process; Linux says it in pages."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
