"""`python -m tests.faults.odd_worker`: the platform's worker, whose planner does what a request's seed says.

A seed below 100 makes trouble in every attempt, one from 100 to 199 only in the first: what it has done is a
file in the folder ODD_FOLDER.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from models.base import Json
from models.jobs.finish import Made
from models.jobs.queues import QueueName
from models.settings import Settings
from planners.errors import Stopped
from planners.outcome import StopSignal
from workers import __main__ as main_module
from workers.run_job import Bench

PLAN = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}

KILLS, EATS, IGNORES_ITS_DEADLINE, HOLDS_THE_INTERPRETER, OBEYS_ITS_DEADLINE = 1, 2, 3, 4, 5
DIES_ONCE_CLAIMED, DIES_ONCE_PLANNED, DIES_ONCE_SAVED = 101, 102, 103
TAKES_A_WHILE = 200  # and every seed above
MEMORY_BYTES = 2_000_000_000
WHILE_S = 0.2


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def eat() -> None:
    bytearray(MEMORY_BYTES)


def ignore() -> None:
    while True:
        threading.Event().wait(0.1)


def hold() -> None:
    re.match(r"(a+)+$", "a" * 40 + "b")  # years in C, with the interpreter's lock


TROUBLE: dict[int, Callable[[], None]] = {
    KILLS: die, EATS: eat, IGNORES_ITS_DEADLINE: ignore, HOLDS_THE_INTERPRETER: hold, DIES_ONCE_CLAIMED: die,
}  # fmt: skip


def plan(request: Json, stopped: StopSignal) -> Json:
    seed = request["seed"]
    if seed == OBEYS_ITS_DEADLINE:
        while not stopped():
            threading.Event().wait(0.05)
        raise Stopped("the planner was stopped before it had a plan")
    if seed in TROUBLE and (seed < 100 or first_time(seed)):
        TROUBLE[seed]()
    if seed >= TAKES_A_WHILE:
        threading.Event().wait(WHILE_S)
    return PLAN


def first_time(seed: int) -> bool:
    try:
        (Path(os.environ["ODD_FOLDER"]) / str(seed)).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


class OddBench(Bench):
    """Dies on the way to the database and on the way back."""

    def _save(self, made: list[Made]) -> list[bool]:
        seeds = {m.held.request["seed"] for m in made}
        if DIES_ONCE_PLANNED in seeds and first_time(DIES_ONCE_PLANNED):
            die()
        saved = super()._save(made)
        if DIES_ONCE_SAVED in seeds and first_time(DIES_ONCE_SAVED):
            die()
        return saved


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    main_module.Bench = OddBench
    main_module.work(QueueName.INTERACTIVE, Settings.from_environment(os.environ), end, plan)
