"""Workout plans a second and how good they are, beside the same choices as plain mixed-integer programmes.

Times are of the processor, one thread: both sides do nothing but reckon, and the machine may be busy.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter, process_time
from typing import Any, TypeVar

from benchmarks.peers import workout_milp
from benchmarks.record import record
from operations.cli import reveille
from planners.spec import WorkoutRequest, read_request, request_json
from planners.workout import blocks, dose, drafting
from planners.workout.choice import ChoiceModel, broken, objective
from planners.workout.planner import plan_workout
from planners.workout.week import arrange

T = TypeVar("T")

NAME = "workout"
PEER = "scipy.optimize.milp, 5 % gap"
GAP = 0.05
REQUESTS = 9
REPEATS = 7
MEMBERS = 1_000
EARLY = 200
MOST_MIB = 300
TODAY = date.today()  # noqa: DTZ011 - any day will do
FIRST = TODAY + timedelta(days=7 - (TODAY.weekday() - 1) % 7)  # a Tuesday, whose weeks part days from days
TO_THE_TEST = timedelta(days=55)
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
        "start_date": FIRST.isoformat(),
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
        data["test"] = {"name": "aft", "date": (FIRST + TO_THE_TEST).isoformat()}
    found = read_request(data, TODAY)
    if not isinstance(found, WorkoutRequest):
        raise TypeError("not a workout request")
    return found


def run() -> list[dict[str, Any]]:
    """Speed and quality against the peer, growth with the plan's length, memory over a stream of members."""
    rows = [_beside(request(number)) for number in range(REQUESTS)]
    choosing, planning, peer = (
        median(getattr(row, k) for row in rows) for k in ("choosing", "planning", "peer")
    )
    ours, theirs = (median(getattr(row, k) for row in rows) for k in ("cost", "peer_cost"))
    more = median(row.cost - row.peer_cost for row in rows)
    like = median(row.peer / row.choosing for row in rows)
    whole = median((row.peer + row.planning - row.choosing) / row.planning for row in rows)
    return [
        record(NAME, "choices of an 8-week plan of 4 days", 1 / choosing, "1/s", runs=REQUESTS, peer=PEER,
               peer_value=1 / peer, ratio=like, target=100.0),
        record(NAME, "whole plans: choices, sessions, checks, prediction", 1 / planning, "1/s", runs=REQUESTS,
               peer="its choices, our rest", peer_value=1 / (peer + planning - choosing), ratio=whole),
        record(NAME, "worth left undone, less the peer's (median)", more, "sets", runs=REQUESTS, peer=PEER,
               peer_value=0.0, target=0.0, at_most=True),
        record(NAME, "worth left undone by the choice of exercises", ours, "sets", runs=REQUESTS,
               peer=PEER, peer_value=theirs),
        _growth(),
        *_memory(),
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Seconds of our choices, of our whole plan and of the peer's choices; costs of the chosen exercises."""

    choosing: float
    planning: float
    peer: float
    cost: float
    peer_cost: float


def _beside(asked: WorkoutRequest) -> Beside:
    seen = _Seen()
    with seen.watching():
        plan_workout(asked)
    peer_s, answers = _timed(
        lambda: (
            workout_milp.doses(*seen.programme),
            workout_milp.order(*seen.week, GAP),
            [workout_milp.choices(model, GAP) for model, _ in seen.choices],
        )[2]
    )
    if any(
        theirs is None or broken(model, theirs)
        for (model, _), theirs in zip(seen.choices, answers, strict=True)
    ):
        raise RuntimeError("the peer's answer breaks the model")
    theirs = sum(objective(m, t) for (m, _), t in zip(seen.choices, answers, strict=True) if t is not None)
    return Beside(
        choosing=median(_timed(seen.choose_again)[0] for _ in range(REPEATS)),
        planning=median(_timed(lambda: plan_workout(asked))[0] for _ in range(REPEATS)),
        peer=peer_s,
        cost=sum(mine for _, mine in seen.choices),
        peer_cost=theirs,
    )


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = process_time()
    found = work()
    return process_time() - start, found


class _Seen:
    """The programmes that one plan was made with, and the calls that made its choices."""

    def __init__(self) -> None:
        self.choices: list[tuple[ChoiceModel, float]] = []
        self.calls: list[Callable[[], object]] = []
        self.programme: tuple[Any, ...] = ()
        self.week: tuple[Any, ...] = ()

    def choose_again(self) -> None:
        """Make the same choices once more: days, doses, exercises."""
        arrange.cache_clear()
        for call in self.calls:
            call()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note the programmes of a plan as it is made, so that the peer is given the very same."""
        kept = (dose.solve, blocks.choose, drafting.arrange, drafting.plan_doses, drafting.design_blocks)
        solve, choose, ordered, doses, designs = kept

        def noted(function: Callable[..., T]) -> Callable[..., T]:
            def call(*args: Any) -> T:
                self.calls.append(lambda: function(*args))
                return function(*args)

            return call

        def note_solve(matrix: Any, cost: Any, lower: Any, upper: Any, sides: Any) -> Any:
            self.programme = (matrix, cost, (lower, upper), sides)
            return solve(matrix, cost, lower, upper, sides)

        def note_choose(model: ChoiceModel) -> Any:
            answer = choose(model)
            self.choices.append((model, answer.objective))
            return answer

        def note_order(goal: Any, days: int, free: tuple[bool, ...], weekday: int) -> Any:
            found = ordered(goal, days, free, weekday)
            self.week = (found.sessions, free, weekday)
            self.calls.append(lambda: ordered(goal, days, free, weekday))
            return found

        names = (
            (dose, "solve", note_solve),
            (blocks, "choose", note_choose),
            (drafting, "arrange", note_order),
            (drafting, "plan_doses", noted(doses)),
            (drafting, "design_blocks", noted(designs)),
        )
        for room, name, function in names:
            setattr(room, name, function)
        try:
            yield
        finally:
            for (room, name, _), function in zip(names, kept, strict=True):
                setattr(room, name, function)


def _growth() -> dict[str, Any]:
    """How much longer 52 weeks take than 8."""
    times = {}
    for weeks in (8, 52):
        each = []
        for number in range(REQUESTS):
            asked = request(number, weeks)
            plan_workout(asked)
            start = process_time()
            for _ in range(3):
                plan_workout(asked)
            each.append((process_time() - start) / 3)
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
