"""Durable jobs a second, from enqueue to finished row, beside Celery, Procrastinate and bare Dramatiq."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.record import record
from benchmarks.systems import BareDramatiq, CeleryPeer, Ours, ProcrastinatePeer, System
from operations.stack.servers import start_servers

WARM = 200
JOBS = 2_000
ROUNDS = 3
IDLE_JOBS = 50
IDLE_PAUSE_S = 0.15
PEERS = ((ProcrastinatePeer, 3.0), (CeleryPeer, 1.0), (BareDramatiq, None))


def run() -> list[dict[str, Any]]:
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, start_servers(Path(folder) / "data", {}) as servers:
        for _ in range(ROUNDS):
            for kind in (Ours, *(peer for peer, _ in PEERS)):
                system: System = kind(servers)
                rates.setdefault(system.name, []).append(_rate(system))
        idle = {kind.name: _idle_p95_s(kind(servers)) for kind in (Ours, CeleryPeer)}
    ours = statistics.median(rates["reveille"])
    results = [_beside(ours, rates[peer.name], peer.name, target) for peer, target in PEERS]
    wait = record("queue", "idle: enqueue to start, p95", idle["reveille"], "s", runs=IDLE_JOBS,
                  peer="celery", peer_value=idle["celery"], target=0.040, at_most=True)  # fmt: skip
    return [*results, wait]


def _beside(ours: float, theirs: Sequence[float], peer: str, target: float | None) -> dict[str, Any]:
    median = statistics.median(theirs)
    return record("queue", "jobs a second, enqueue to finished", ours, "1/s", runs=ROUNDS, peer=peer,
                  peer_value=median, ratio=ours / median, target=target)  # fmt: skip


def _rate(system: System) -> float:
    system.start()
    try:
        _through(system, WARM)
        begin = time.perf_counter()
        _through(system, JOBS)
        return JOBS / (time.perf_counter() - begin)
    finally:
        system.stop()


def _through(system: System, count: int) -> None:
    goal = system.done() + count
    for _ in range(count):
        system.put()
    while system.done() < goal:
        time.sleep(0.02)


def _idle_p95_s(system: Ours | CeleryPeer) -> float:
    system.start()
    waits = []
    try:
        _through(system, WARM)
        for _ in range(IDLE_JOBS):
            time.sleep(IDLE_PAUSE_S)
            _through(system, 1)
            waits.append(system.last_wait_s())
    finally:
        system.stop()
    return statistics.quantiles(waits, n=20)[-1]
