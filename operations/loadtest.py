"""`reveille loadtest`: open-loop load, each answer timed from the moment its request was meant to be sent.

Open loop: requests come when they come (Poisson arrivals), however slow the answers are, so a platform that
falls behind shows it in the tail instead of slowing its own test down.
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from operations.arrivals import arrivals
from operations.client import AnswerError, Client
from operations.demo_login import demo_login
from operations.faults.soak import faults
from operations.running import running_platform

LISTENERS = 128  # requests under way at most; more would be waiting in this process, and count as late
WAIT_S = 30
KINDS = ("nutrition", "workout")


@dataclass(frozen=True, kw_only=True)
class Report:
    """Rates in requests a second, times in seconds from the intended send to the plan."""

    scenario: str
    sent: int
    plans: int
    refused: int
    offered_per_s: float
    achieved_per_s: float
    p50_s: float
    p95_s: float
    p99_s: float
    max_s: float


@click.group()
def loadtest() -> None:
    """Send a platform requests that come whether it keeps up or not."""


loadtest.add_command(faults)


@loadtest.command()
@click.option("--rate", default=2.0, show_default=True, help="Requests a second.")
@click.option("--seconds", default=30.0, show_default=True, help="How long requests are sent.")
@click.option("--address", help="A running platform; without it one is started for the test.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same arrivals.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def steady(rate: float, seconds: float, address: str | None, seed: int, as_json: bool) -> None:
    """Send plan requests of both kinds to a platform and report how long the plans took."""
    with _platform(address) as client:
        report = run(client, "steady", arrivals(rate, seconds, random.Random(seed)))  # noqa: S311
    _print(report, as_json)


def run(client: Client, scenario: str, times: Sequence[float]) -> Report:
    """Send one request at each of `times` and wait for every answer."""
    begin = time.monotonic()
    with ThreadPoolExecutor(LISTENERS) as pool:
        waiting = []
        for n, at in enumerate(times):
            time.sleep(max(0.0, begin + at - time.monotonic()))
            waiting.append(pool.submit(_ask, client, n, begin + at))
        waits = [future.result() for future in waiting]
    took = time.monotonic() - begin
    good = sorted(wait for wait in waits if wait is not None)
    cuts = statistics.quantiles(good, n=100, method="inclusive") if len(good) > 1 else [*good, 0.0] * 99
    return Report(
        scenario=scenario, sent=len(waits), plans=len(good), refused=len(waits) - len(good),
        offered_per_s=len(times) / times[-1] if times else 0.0, achieved_per_s=len(good) / took,
        p50_s=cuts[49], p95_s=cuts[94], p99_s=cuts[98], max_s=good[-1] if good else 0.0,
    )  # fmt: skip


@contextmanager
def _platform(address: str | None) -> Iterator[Client]:
    with tempfile.TemporaryDirectory(prefix="reveille-load-") as folder:
        if address is not None:
            client = Client(address=address)
            yield client.login(*demo_login(client, Path(folder)))
            return
        with running_platform(Path(folder) / "data") as platform:
            yield platform.client.login(*demo_login(platform.client, platform.data))


def _ask(client: Client, n: int, intended: float) -> float | None:
    """Seconds from the intended send to the plan; None when the platform refused or failed the request."""
    member = {
        "sex": ("male", "female")[n % 2],
        "age_years": 18 + n % 40,
        "height_cm": 160 + n % 30,
        "weight_kg": 60 + n % 35,
    }
    body = {"kind": KINDS[n % 2], "seed": n, "member": member}
    try:
        answer = client.send("POST", "/v1/plans", body, Prefer=f"wait={WAIT_S}")
        if answer.status != 201:
            job = client.finished_job(str(answer.headers["Location"]), timeout_s=WAIT_S)
            if job["state"] != "succeeded":
                return None
    except (AnswerError, OSError):
        return None
    return time.monotonic() - intended


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    table = Table(*asdict(report))
    table.add_row(*(f"{v:.3g}" if isinstance(v, float) else str(v) for v in asdict(report).values()))
    Console().print(table)
