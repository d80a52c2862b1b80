"""What becomes of accepted jobs when all workers are killed -9, and when Redis is: lost, twice, how soon.

All systems have the same fault at the same moment, while jobs of 100 ms are in work; new workers are started
at once, as a supervisor would. Each system is as its makers deliver it: what it loses or leaves lying, its
users would have to look after themselves.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import redis

from benchmarks.record import record
from benchmarks.systems import System
from operations.stack.servers import Servers

JOBS = 50  # for each job that a system works on at a time: five seconds of work
BEGUN = 0.1  # part of the jobs that each system has done when the fault comes
PATIENCE_S = 75.0  # longer than Celery's visibility timeout of 60 s
LOOK_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """Of one fault: jobs not done within the patience, jobs begun more than once, seconds to the last."""

    lost: int
    twice: int
    recovery_s: float


def faults(systems: Sequence[System], servers: Servers, folder: str) -> list[dict[str, Any]]:
    """Both faults on all systems at once; ours, the first, beside each of the others."""
    ledgers = [Path(folder) / system.name for system in systems]
    for system, ledger in zip(systems, ledgers, strict=True):
        os.environ["BENCH_LEDGER"] = str(ledger)
        system.start()
    try:
        killed = _after_kill(systems, ledgers)
        # What was in work when its workers were killed may be done by now: it is not counted twice.
        restarted = _after_redis(systems, ledgers, servers)
    finally:
        for system in systems:
            system.stop()
        del os.environ["BENCH_LEDGER"]
    return [
        *_beside("all workers killed -9", systems, killed),
        *_beside("Redis killed -9", systems, restarted),
    ]


def _after_kill(systems: Sequence[System], ledgers: Sequence[Path]) -> list[Aftermath]:
    begun, goals = _put(systems, ledgers)
    for system, ledger in zip(systems, ledgers, strict=True):
        os.environ["BENCH_LEDGER"] = str(ledger)
        system.workers.kill()
        system.start_workers()
    return _wait(systems, ledgers, begun, goals)


def _after_redis(systems: Sequence[System], ledgers: Sequence[Path], servers: Servers) -> list[Aftermath]:
    begun, goals = _put(systems, ledgers)
    for process in psutil.Process(servers.guardian.pid).children(recursive=True):
        if process.name() == "valkey-server":
            process.kill()  # the guardian starts it again
    return _wait(systems, ledgers, begun, goals)


def _put(systems: Sequence[System], ledgers: Sequence[Path]) -> tuple[list[Counter[str]], list[int]]:
    """Put the jobs; what had begun before, and for each system the number of done jobs to wait for."""
    begun, before = [_begun(ledger) for ledger in ledgers], [system.done() for system in systems]
    counts = [JOBS * system.slots for system in systems]
    for system, count in zip(systems, counts, strict=True):
        system.put_many(count)
    while any(s.done() < n + BEGUN * c for s, n, c in zip(systems, before, counts, strict=True)):
        time.sleep(LOOK_S)
    return begun, [n + count for n, count in zip(before, counts, strict=True)]


def _wait(
    systems: Sequence[System], ledgers: Sequence[Path], begun: Sequence[Counter[str]], goals: Sequence[int]
) -> list[Aftermath]:
    at, done_at = time.monotonic(), [0.0] * len(systems)
    missing = list(goals)
    while any(missing) and time.monotonic() < at + PATIENCE_S:
        for n, system in enumerate(systems):
            if missing[n]:
                missing[n] = max(0, goals[n] - _done(system))
                done_at[n] = time.monotonic() - at
        time.sleep(LOOK_S)
    news = [_begun(ledger) - old for ledger, old in zip(ledgers, begun, strict=True)]
    twice = [sum(times > 1 for times in new.values()) for new in news]
    return [Aftermath(lost=m, twice=t, recovery_s=s) for m, t, s in zip(missing, twice, done_at, strict=True)]


def _done(system: System) -> int:
    try:
        return system.done()
    except redis.RedisError:  # it is away
        return 0


def _begun(ledger: Path) -> Counter[str]:
    return Counter(ledger.read_text().split()) if ledger.exists() else Counter()


def _beside(fault: str, systems: Sequence[System], of: Sequence[Aftermath]) -> list[dict[str, Any]]:
    figures = (
        ("not done in 75 s", "jobs", [float(after.lost) for after in of]),
        ("begun twice", "jobs", [float(after.twice) for after in of]),
        ("until all was done, or 75", "s", [after.recovery_s for after in of]),
    )
    return [
        record("queue", f"{fault}: {metric}", values[0], unit, runs=1, peer=peer.name, peer_value=theirs,
               target=0.0 if metric.startswith("not done") else None, at_most=True)
        for metric, unit, values in figures
        for peer, theirs in zip(systems[1:], values[1:], strict=True)
    ]  # fmt: skip
