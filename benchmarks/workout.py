"""Workout plans a second and how good they are, beside the same choices as plain mixed-integer programmes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter
from typing import Any

from benchmarks.peers import workout_milp
from benchmarks.record import record
from operations.cli import reveille
from planners.spec import WorkoutRequest, read_request, request_json
from planners.workout import blocks, dose, drafting, program
from planners.workout.choice import ChoiceModel, broken, objective
from planners.workout.planner import plan_workout
from planners.workout.week import arrange

NAME = "workout"
PEER = "scipy.optimize.milp, 5 % gap"
GAP = 0.05
REQUESTS = 9
REPEATS = 7
MEMBERS = 1_000
EARLY = 200
MOST_MIB = 300
TODAY = date(2026, 11, 30)
GYM = ["barbell", "squat_rack", "bench", "dumbbell", "pull_up_bar", "cable", "machine"]
EQUIPMENT = (["barbell", "dumbbell", "pull_up_bar"], ["kettlebell", "pull_up_bar"], GYM)
GOALS = ("fitness_test", "general_fitness", "strength")
LEVELS = ("novice", "intermediate", "advanced")


def request(number: int, weeks: int = 8) -> WorkoutRequest:
    """One of many members: four days a week, an hour a day; goals, levels and equipment by turns."""
    goal = GOALS[number % 3]
    data: dict[str, Any] = {
        "kind": "workout",
        "seed": number,
        "weeks": weeks,
        "start_date": "2026-12-01",
        "goal": goal,
        "days_per_week": 4,
        "available_days": ["mon", "tue", "thu", "sat"],
        "minutes_per_day": 60,
        "equipment": EQUIPMENT[(number // 3) % 3],
        "level": LEVELS[(number // 9 + number) % 3],
        "member": {
            "sex": ("female", "male")[number % 2],
            "age_years": 18 + number % 30,
            "height_cm": 155 + number % 40,
            "weight_kg": 55 + number % 45,
        },
    }
    if goal == "fitness_test":
        data["test"] = {"name": "aft", "date": "2027-01-25"}
    found = read_request(data, TODAY)
    if not isinstance(found, WorkoutRequest):
        raise TypeError("not a workout request")
    return found


def run() -> list[dict[str, Any]]:
    """Speed and quality against the peer, growth with the plan's length, memory over a stream of members."""
    arrange.cache_clear()
    rows = [_beside(request(number)) for number in range(REQUESTS)]
    ours, theirs = (median(row[k] for row in rows) for k in (0, 1))
    cost_ours, cost_theirs = (median(row[k] for row in rows) for k in (2, 3))
    ratio = median(row[1] / row[0] for row in rows)
    more = median(row[2] - row[3] for row in rows)
    return [
        record(NAME, "plans a second, 8 weeks of 4 days", 1 / ours, "1/s", runs=REQUESTS, peer=PEER,
               peer_value=1 / theirs, ratio=ratio, target=100.0),
        record(NAME, "worth left undone, less the peer's (median)", more, "sets", runs=REQUESTS, peer=PEER,
               peer_value=0.0, target=0.0, at_most=True),
        record(NAME, "worth left undone by the choice of exercises", cost_ours, "sets", runs=REQUESTS,
               peer=PEER, peer_value=cost_theirs),
        _growth(),
        *_memory(),
    ]  # fmt: skip


def _beside(asked: WorkoutRequest) -> tuple[float, float, float, float]:
    """Seconds a plan of ours and of the peer; cost of ours and of the peer's choices of exercises."""
    with _recorded() as seen:
        plan_workout(asked)
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        plan_workout(asked)
        times.append(perf_counter() - start)
    start = perf_counter()
    workout_milp.doses(*seen.doses)
    workout_milp.order(*seen.order, GAP)
    answers = [workout_milp.choices(model, GAP) for model, _ in seen.choices]
    peer_s = perf_counter() - start
    costs = [(mine, theirs, model) for (model, mine), theirs in zip(seen.choices, answers, strict=True)]
    if any(theirs is None or broken(model, theirs) for _, theirs, model in costs):
        raise RuntimeError("the peer's answer breaks the model")
    ours = sum(mine for mine, _, _ in costs)
    return median(times), peer_s, ours, sum(objective(m, t) for _, t, m in costs if t is not None)


class _Seen:
    """The programmes that one plan was made with."""

    doses: tuple[Any, ...]
    order: tuple[Any, ...]

    def __init__(self) -> None:
        self.choices: list[tuple[ChoiceModel, float]] = []


@contextmanager
def _recorded() -> Iterator[_Seen]:
    """Note the programmes of a plan as it is made, so that the peer is given the very same."""
    seen = _Seen()
    solve, choose, ordered = dose.solve, blocks.choose, drafting.arrange

    def note_solve(matrix: program.Matrix, cost: Any, lower: Any, upper: Any, sides: Any) -> program.Optimum:
        seen.doses = (matrix, cost, (lower, upper), sides)
        return solve(matrix, cost, lower, upper, sides)

    def note_choose(model: ChoiceModel) -> Any:
        answer = choose(model)
        seen.choices.append((model, answer.objective))
        return answer

    def note_order(goal: Any, days: int, free: tuple[bool, ...], weekday: int) -> Any:
        found = ordered(goal, days, free, weekday)
        seen.order = (found.sessions, free, weekday)
        return found

    dose.solve, blocks.choose, drafting.arrange = note_solve, note_choose, note_order  # type: ignore[assignment]
    try:
        yield seen
    finally:
        dose.solve, blocks.choose, drafting.arrange = solve, choose, ordered


def _growth() -> dict[str, Any]:
    """How much longer 52 weeks take than 8."""
    times = {}
    for weeks in (8, 52):
        each = []
        for number in range(REQUESTS):
            asked = request(number, weeks)
            plan_workout(asked)
            start = perf_counter()
            for _ in range(3):
                plan_workout(asked)
            each.append((perf_counter() - start) / 3)
        times[weeks] = median(each)
    return record(
        NAME, "time of 52 weeks against 8", times[52] * 1e3, "ms", runs=3 * REQUESTS, peer="8 weeks",
        peer_value=times[8] * 1e3, ratio=times[52] / times[8], target=4.0, at_most=True,
    )  # fmt: skip


def _memory() -> list[dict[str, Any]]:
    """Peak memory of `reveille plan workout --jsonl` over a thousand different members, and its growth."""
    lines = "".join(json.dumps(request_json(request(number))) + "\n" for number in range(MEMBERS))
    command = [sys.executable, "-m", "benchmarks.workout", "--stream"]
    start = perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as stream:
        if stream.stdin is None or stream.stdout is None:
            raise RuntimeError("the stream has no pipes")
        writer = Thread(target=stream.stdin.write, args=(lines,))
        writer.start()
        peaks = []
        for number in range(1, MEMBERS + 1):
            stream.stdout.readline()
            if number in (EARLY, MEMBERS):
                peaks.append(_peak_mib(stream.pid))
        seconds = perf_counter() - start
        writer.join()
        stream.stdin.close()
    early, late = peaks
    return [
        record(NAME, "peak memory over 1,000 members", late, "MiB", runs=1, target=MOST_MIB, at_most=True),
        record(NAME, "growth after the first 200", late - early, "MiB", runs=1, target=10.0, at_most=True),
        record(NAME, "members a second through --jsonl", MEMBERS / seconds, "1/s", runs=1),
    ]


def _peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    if sys.argv[1:] == ["--stream"]:
        reveille(["plan", "workout", "--jsonl"])
    for line in run():
        print({k: v for k, v in line.items() if v is not None})
