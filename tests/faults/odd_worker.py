"""`python -m tests.faults.odd_worker QUEUE`: the platform's worker, whose planner does what a seed says.

A seed below 100 makes trouble in every attempt, one from 100 to 199 only in the first: what it has done is a
file in the folder ODD_FOLDER.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from models.base import Json
from models.jobs.finish import Made, succeed
from models.jobs.queues import QueueName
from models.settings import Settings
from planners.errors import Stopped
from planners.outcome import StopSignal
from workers import __main__ as main_module
from workers.run_job import Bench

PLAN = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}

KILLS, EATS, IGNORES_ITS_DEADLINE, HOLDS_THE_INTERPRETER, OBEYS_ITS_DEADLINE = 1, 2, 3, 4, 5
DIES_ONCE_CLAIMED, DIES_ONCE_PLANNED, DIES_ONCE_SAVED = 101, 102, 103
STOPS_ONCE_CLAIMED, STOPS_ONCE_ITS_ROWS_ARE_LOCKED = 104, 105
TAKES_A_WHILE = 200  # and every seed above
TAKES_A_SECOND = 1_000  # and every seed above
MEMORY_BYTES = 2_000_000_000
WHILE_S = 0.2


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stop() -> None:
    """Stand still, with everything that this process holds, until somebody sends SIGCONT."""
    # This thread is to stop here: a signal to the whole process might let it run on for a moment.
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def eat() -> None:
    bytearray(MEMORY_BYTES)


def ignore() -> None:
    while True:
        threading.Event().wait(0.1)


def hold() -> None:
    re.match(r"(a+)+$", "a" * 40 + "b")  # years in C, with the interpreter's lock


TROUBLE: dict[int, Callable[[], None]] = {
    KILLS: die, EATS: eat, IGNORES_ITS_DEADLINE: ignore, HOLDS_THE_INTERPRETER: hold, DIES_ONCE_CLAIMED: die,
    STOPS_ONCE_CLAIMED: stop,
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
        threading.Event().wait(1.0 if seed >= TAKES_A_SECOND else WHILE_S)
    return PLAN


def first_time(seed: int) -> bool:
    try:
        (Path(os.environ["ODD_FOLDER"]) / str(seed)).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


class OddBench(Bench):
    """Dies on the way to the database and on the way back, or stops there."""

    def _save(self, made: list[Made]) -> list[bool]:
        seeds = {m.held.request["seed"] for m in made}
        if DIES_ONCE_PLANNED in seeds and first_time(DIES_ONCE_PLANNED):
            die()
        if STOPS_ONCE_ITS_ROWS_ARE_LOCKED in seeds and first_time(STOPS_ONCE_ITS_ROWS_ARE_LOCKED):
            return self._save_and_stop(made)
        saved = super()._save(made)
        if DIES_ONCE_SAVED in seeds and first_time(DIES_ONCE_SAVED):
            die()
        return saved

    def _save_and_stop(self, made: list[Made]) -> list[bool]:
        """As Bench does, but stop within the transaction, which has the job and its member locked."""
        with self.cluster.control() as session:
            plan_ids = succeed(session, made)
            stop()
        return [plan_id is not None for plan_id in plan_ids]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    main_module.Bench = OddBench
    main_module.work(QueueName(sys.argv[1]), Settings.from_environment(os.environ), end, plan)
