"""Cached reads of plans beside uncached ones, and how often a crowd of members finds what it asks for."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import redis

from benchmarks.api import GRANIAN, PORT, Client, log_in, platform, process
from benchmarks.load import Load, drive, request_bytes
from benchmarks.record import record
from models.cache.cache import Cache, Form, Outcome
from models.cache.server import Breaker
from models.cache.shared import Shared
from web.examples import PLAN_REQUESTS

RUNS = 5
SECONDS = 2.0
MEMBERS = 100_000
REQUESTS, WARM_UP = 1_000_000, 800_000
MOST_IN_MEMORY = 2_000
SEED = 7
MEGABYTE = 2**20
MEMORY_MB = {"of 256 MB": 256, "of 2 GB": 2_048}
PLAIN = Form[bytes](number=1, pack=bytes, unpack=bytes)


def run() -> list[dict[str, Any]]:
    """Measure over HTTP on one web process, then the caches alone on a trace of their own."""
    with tempfile.TemporaryDirectory() as folder, platform(Path(folder)) as environ:
        loads, size = _plan_reads(environ)
        address = environ["REVEILLE_CACHE_URL"]
        return [*_beside_uncached(loads), *(_crowd(address, name, size) for name in MEMORY_MB)]


def _plan_reads(environ: dict[str, str]) -> tuple[dict[str, list[Load]], int]:
    """Reads of one plan by one client, with each level of caches, and the plan's size in gzip."""
    ways = {
        "uncached": {**environ, "REVEILLE_CACHE_URL": "", "REVEILLE_CACHE_MEMORY_S": "0"},
        "level 2": {**environ, "REVEILLE_CACHE_MEMORY_S": "0"},
        "level 1": environ,
    }
    loads: dict[str, list[Load]] = {name: [] for name in ways}
    with ExitStack() as stack:
        ports = {name: PORT + number for number, name in enumerate(ways)}
        for name, given in ways.items():
            stack.enter_context(process([*GRANIAN, str(ports[name]), "web.app:create_app"], given))
        client = log_in(ports["level 1"])
        for name in ways:
            log_in(ports[name])
        for module in (("workers", "interactive"), ("workers.relay",)):
            stack.enter_context(process([sys.executable, "-m", *module], environ))
        path, size = _plan(client)
        told = {"Authorization": f"Bearer {client.token}", "Accept-Encoding": "gzip"}
        for _ in range(RUNS):
            for name, port in ports.items():
                request = request_bytes("GET", path, told)
                loads[name].append(drive(port, request, status=200, connections=1, seconds=SECONDS))
    return loads, size


def _plan(client: Client) -> tuple[str, int]:
    """The address of a week's menu, and its bytes in gzip."""
    job = client.send("POST", "/v1/plans", PLAN_REQUESTS["nutrition"])[1]["Location"]
    while (told := client.send("GET", job)[2])["state"] != "succeeded":
        if told["state"] == "failed":
            raise RuntimeError(told["error"]["detail"])
        time.sleep(0.05)
    path = f"/v1/plans/{told['plan_id']}"
    return path, client.size(path)


def _beside_uncached(loads: dict[str, list[Load]]) -> Iterator[dict[str, Any]]:
    per_s = {name: statistics.median(load.per_s for load in kept) for name, kept in loads.items()}
    p99_ms = statistics.median(load.p99_ms for load in loads["level 1"])
    for name, target in (("level 1", 10.0), ("level 2", None)):
        yield record(
            "caches", f"plan read, {name}", per_s[name], "requests/s", runs=RUNS, peer="the same uncached",
            peer_value=per_s["uncached"], ratio=per_s[name] / per_s["uncached"], target=target,
        )  # fmt: skip
    yield record("caches", "plan read, level 1, p99", p99_ms, "ms", runs=RUNS, target=5.0, at_most=True)


def _crowd(address: str, name: str, size: int) -> dict[str, Any]:
    """The hit ratio of a Zipf(1.0) trace in the last fifth of its requests, with plans of real size."""
    client = redis.Redis.from_url(address)
    client.flushall()
    client.config_set("maxmemory", MEMORY_MB[name] * MEGABYTE)
    outcomes: Counter[Outcome] = Counter()
    shared = Shared(client, b"benchmark" * 8, 86_400.0, Breaker())
    ours: Cache[bytes] = Cache(
        most=MOST_IN_MEMORY, memory_s=86_400.0, form=PLAIN, shared=shared,
        told=lambda outcome: outcomes.update((outcome,)),
    )  # fmt: skip
    plan = os.urandom(size)
    for number, member in enumerate(_trace()):
        if number == WARM_UP:
            outcomes.clear()
        ours.find(f"plan:{member}", lambda: plan)
    client.flushall()
    hits = 1.0 - outcomes[Outcome.MADE] / outcomes.total()
    words = f"hit ratio, {MEMBERS} members, Zipf(1.0), plans of {size} bytes, Redis {name}"
    return record("caches", words, hits, "share", runs=1, target=0.95 if name == "of 2 GB" else None)


def _trace() -> list[int]:
    """(REQUESTS,) members, of whom the i-th asks in proportion to 1/i."""
    share = 1.0 / np.arange(1, MEMBERS + 1)
    asked = np.random.default_rng(SEED).choice(MEMBERS, size=REQUESTS, p=share / share.sum())
    return [int(member) for member in asked]
