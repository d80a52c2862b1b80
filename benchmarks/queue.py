"""Durable jobs a second, from enqueue to finished row, beside Celery, Procrastinate and bare Dramatiq."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.queue_faults import faults
from benchmarks.record import record
from benchmarks.systems import BareDramatiq, CeleryPeer, Ours, ProcrastinatePeer, System
from operations.stack.servers import Servers, start_servers

WARM_S = 2.5  # a worker knows its jobs by then
WARM = 100  # jobs at a time
JOBS, AT_ONCE = 2_000, 500
ONE_BY_ONE = 500
ROUNDS = 3
IDLE_JOBS = 100
IDLE_PAUSE_S = 0.15
LOOK_S = 0.02
PEERS = ((ProcrastinatePeer, 3.0), (CeleryPeer, 1.0), (BareDramatiq, None))


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Of one run: jobs a second, put in many at once and one by one, and processor time for each in ms."""

    many: float
    one_by_one: float
    cpu_ms: float


def run() -> list[dict[str, Any]]:
    speeds: dict[str, list[Speed]] = {}
    with tempfile.TemporaryDirectory() as folder, start_servers(Path(folder) / "data", {}) as servers:
        for _ in range(ROUNDS):
            for kind in (Ours, *(peer for peer, _ in PEERS)):
                system: System = kind(servers)
                speeds.setdefault(system.name, []).append(_speed(system, servers))
        idle = {kind.name: _idle_p95_s(kind(servers)) for kind in (Ours, CeleryPeer)}
        told = faults([kind(servers) for kind in (Ours, *(peer for peer, _ in PEERS))], servers, folder)
    wait = record("queue", "idle: enqueue to start, p95", idle["reveille"], "s", runs=IDLE_JOBS,
                  peer="celery", peer_value=idle["celery"], target=0.040, at_most=True)  # fmt: skip
    return [*_beside(speeds), wait, *told]


def _beside(speeds: Mapping[str, Sequence[Speed]]) -> Iterator[dict[str, Any]]:
    """Of each figure the medians of ours and of each peer, and the ratio."""
    figures: tuple[tuple[str, str, Callable[[Speed], float]], ...] = (
        ("put many at once: jobs a second to finished row", "1/s", lambda speed: speed.many),
        ("put one by one: jobs a second to finished row", "1/s", lambda speed: speed.one_by_one),
        ("put many at once: processor time of everything", "ms", lambda speed: speed.cpu_ms),
    )
    for metric, unit, figure in figures:
        medians = {name: statistics.median(map(figure, of)) for name, of in speeds.items()}
        ours = medians["reveille"]
        for peer, target in PEERS:
            theirs = medians[peer.name]
            yield record(
                "queue", metric, ours, unit, runs=ROUNDS, peer=peer.name, peer_value=theirs,
                ratio=ours / theirs, target=None if unit == "ms" else target,
            )  # fmt: skip


def _speed(system: System, servers: Servers) -> Speed:
    system.start()
    try:
        warm_until = time.monotonic() + WARM_S
        while time.monotonic() < warm_until:
            _through(system, WARM, system.put_many)
        cpu_s, many = _cpu_s(system, servers), _rate(system, JOBS, _in_batches(system))
        cpu_s = _cpu_s(system, servers) - cpu_s
        one_by_one = _rate(system, ONE_BY_ONE, _singly(system))
        return Speed(many=many, one_by_one=one_by_one, cpu_ms=cpu_s / JOBS * 1_000)
    finally:
        system.stop()


def _rate(system: System, count: int, put: Callable[[int], object]) -> float:
    begin = time.perf_counter()
    _through(system, count, put)
    return count / (time.perf_counter() - begin)


def _in_batches(system: System) -> Callable[[int], object]:
    return lambda count: [system.put_many(AT_ONCE) for _ in range(count // AT_ONCE)]


def _singly(system: System) -> Callable[[int], object]:
    return lambda count: [system.put() for _ in range(count)]


def _through(system: System, count: int, put: Callable[[int], object]) -> None:
    goal = system.done() + count
    put(count)
    while system.done() < goal:
        time.sleep(LOOK_S)


def _cpu_s(system: System, servers: Servers) -> float:
    """Processor time of the caller, the workers and the servers until now, with that of ended children."""
    servers_too = psutil.Process(servers.guardian.pid).children(recursive=True)
    everybody = [psutil.Process(), *system.workers.everybody(), *servers_too]
    return sum(sum(_times(process)[:4]) for process in everybody)


def _times(process: psutil.Process) -> tuple[float, ...]:
    try:
        return tuple(process.cpu_times())
    except psutil.NoSuchProcess:  # its parent counts it by now
        return ()


def _idle_p95_s(system: Ours | CeleryPeer) -> float:
    system.start()
    waits = []
    try:
        _through(system, WARM, system.put_many)
        for _ in range(IDLE_JOBS):
            time.sleep(IDLE_PAUSE_S)
            _through(system, 1, _singly(system))
            waits.append(system.last_wait_s())
    finally:
        system.stop()
    return statistics.quantiles(waits, n=20)[-1]
