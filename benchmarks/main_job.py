"""The main job as a member's app sees it: from POST to the plan, on one worker; and what a worker weighs."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.record import record
from operations.client import Client
from operations.demo_login import demo_login
from operations.running import Platform, running_platform

REQUESTS = 40  # of each kind, one after another, each for another seed, age and body
WAIT_S = 10
RULES = (  # one after another, so that no request finds its program kept from the one before
    {},
    {"diets": ["vegetarian"]},
    {"allergies": ["milk"]},
    {"diets": ["gluten_free"]},
    {"allergies": ["peanut", "tree_nut"]},
    {"diets": ["kosher"], "meals_per_day": 3},
    {"diets": ["vegan"], "meals_per_day": 5},
    {"allergies": ["fish", "shellfish"]},
)
TARGET_S = 1.0
TARGET_MB = 300.0


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, running_platform(Path(folder) / "data") as platform:
        client = platform.client.login(*demo_login(platform.client, platform.data))
        times = {kind: [_ask(client, kind, n) for n in range(REQUESTS)] for kind in ("nutrition", "workout")}
        heaviest = _heaviest_worker_mb(platform)
    results = [
        record("main_job", f"{kind}: POST to plan, p95", _p95(values), "s", runs=REQUESTS,
               target=TARGET_S, at_most=True)
        for kind, values in times.items()
    ]  # fmt: skip
    results += [
        record("main_job", f"{kind}: POST to plan, median", statistics.median(values), "s", runs=REQUESTS)
        for kind, values in times.items()
    ]
    weight = record("main_job", "largest worker process, resident", heaviest, "MB", runs=1,
                    target=TARGET_MB, at_most=True)  # fmt: skip
    return [*results, weight]


def _ask(client: Client, kind: str, n: int) -> float:
    member = {
        "sex": ("male", "female")[n % 2],
        "age_years": 18 + n,
        "height_cm": 160 + n % 30,
        "weight_kg": 60 + n % 35,
    }
    rules: dict[str, Any] = RULES[n % len(RULES)] if kind == "nutrition" else {"weeks": 4 + 4 * (n % 5)}
    body = {"kind": kind, "seed": n, "member": member, **rules}
    begin = time.perf_counter()
    answer = client.send("POST", "/v1/plans", body, Prefer=f"wait={WAIT_S}")
    if answer.status != 201:
        raise RuntimeError(f"no plan within {WAIT_S} s: {answer.body}")
    return time.perf_counter() - begin


def _heaviest_worker_mb(platform: Platform) -> float:
    everyone = psutil.Process(platform.process.pid).children(recursive=True)
    workers = [p for p in everyone if "workers" in p.cmdline()]
    return max(p.memory_info().rss for p in workers) / 2**20


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
