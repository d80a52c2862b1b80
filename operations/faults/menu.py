"""The faults that a soak draws from: each happens, lasts, and is put right again."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from contextlib import suppress

import redis

from operations.faults.platform import Exposed, send
from operations.faults.proxy import Proxy

Pause = Callable[[float], object]
Fault = Callable[[Exposed, random.Random, Pause], int | None]
"""Gives 0 when there was nothing to harm."""


def _kill(part: str, number: signal.Signals = signal.SIGKILL) -> Fault:
    return lambda on, rng, pause: send(on.processes(part), number)


def _freeze(part: str, longest_s: float) -> Fault:
    def fault(on: Exposed, rng: random.Random, pause: Pause) -> int:
        found = on.processes(part)
        send(found, signal.SIGSTOP)
        pause(rng.uniform(1.0, longest_s))
        return send(found, signal.SIGCONT)

    return fault


def _freeze_server(on: Exposed, rng: random.Random, pause: Pause) -> None:
    found = on.server("postgresql")
    send(found, signal.SIGSTOP)
    pause(rng.uniform(1.0, 20.0))
    send(found, signal.SIGCONT)


def _kill_server(name: str) -> Fault:
    return lambda on, rng, pause: on.kill_server(name)


def _wipe(on: Exposed, rng: random.Random, pause: Pause) -> None:
    with suppress(redis.RedisError), on.redis_client() as client:
        client.flushall()


def _fill(on: Exposed, rng: random.Random, pause: Pause) -> None:
    with suppress(redis.RedisError), on.redis_client() as client:
        client.config_set("maxmemory", 1)
        pause(rng.uniform(1.0, 10.0))
        client.config_set("maxmemory", 0)


def _link(name: str, harm: Callable[[Proxy, random.Random], object], longest_s: float) -> Fault:
    def fault(on: Exposed, rng: random.Random, pause: Pause) -> None:
        link = on.database_link if name == "postgresql" else on.redis_link
        harm(link, rng)
        pause(rng.uniform(1.0, longest_s))
        link.heal()

    return fault


FAULTS: dict[str, Fault] = {
    "worker killed": _kill("worker"),
    "worker stopped and woken": _freeze("worker", 15.0),
    "worker told to end": _kill("worker", signal.SIGTERM),
    "relay killed": _kill("relay"),
    "relay stopped and woken": _freeze("relay", 10.0),
    "relay told to end": _kill("relay", signal.SIGTERM),
    "web killed": _kill("web"),
    "web told to end": _kill("web", signal.SIGTERM),
    "redis killed": _kill_server("redis"),
    "redis wiped": _wipe,
    "redis full": _fill,
    "postgresql killed": _kill_server("postgresql"),
    "postgresql stopped and woken": _freeze_server,
} | {
    f"link to {server} {what}": _link(server, harm, longest_s)
    for server in ("postgresql", "redis")
    for what, harm, longest_s in (
        ("slow", lambda link, rng: link.slow_down(rng.uniform(0.02, 0.2)), 15.0),
        ("stalled", lambda link, rng: link.stall(), 20.0),
        ("half-open", lambda link, rng: link.half_open(), 2.0),
        ("reset", lambda link, rng: link.reset(), 2.0),
        ("cut", lambda link, rng: link.cut(), 10.0),
    )
}
