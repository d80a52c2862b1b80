"""One load test: a platform, its load, what was watched, the report and the picture."""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations.arrivals import varying
from operations.autoscale.policy import Policy
from operations.autoscale.signals import Pool
from operations.client import Client
from operations.demo_login import demo_login
from operations.load.chart import Panel, Points, Series, chart
from operations.load.report import Expectation, Report, report
from operations.load.send import KINDS, Outcome, Sender
from operations.load.watch import Sample, Watch
from operations.procfile import commands
from operations.running import running_platform

RATES = {f"REVEILLE_RATE_{whose}": "100000000" for whose in ("ADDRESS", "ACCOUNT")}  # one sends for all
SETTLE_S = 60.0  # beyond the policy's time, for the workers to be as few as at the start again
BLUE, ORANGE, GREY = "#1565c0", "#e65100", "#757575"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The platform that is loaded: its data folder where that is at hand, and what it plans for."""

    client: Client
    login: tuple[str, str]
    data: Path | None
    kinds: Sequence[str] = KINDS


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A test that was run: what became of each request, what was watched, and the sum."""

    outcomes: Sequence[Outcome]
    samples: Sequence[Sample]
    report: Report


@contextmanager
def own_platform(policy_file: str, waiting_s: float | None) -> Iterator[Target]:
    """A platform for the test alone, whose workers do one job at a time; with `waiting_s` they only wait."""
    with tempfile.TemporaryDirectory(prefix="reveille-load-") as folder:
        options = ["--batch-workers", "0"]
        if waiting_s is not None:
            procfile = Path(folder) / "Procfile"
            worker = f"python -m operations.load.waiting_worker {waiting_s}"
            lines = {**commands(), "worker": worker}
            procfile.write_text("".join(f"{name}: {line}\n" for name, line in lines.items()))
            options += ["--procfile", str(procfile)]
        told = {"REVEILLE_AUTOSCALE_POLICY": str(Path(policy_file).absolute())} if policy_file else {}
        environ = {**os.environ, "REVEILLE_WORKER_THREADS": "1", **RATES, **told}
        with running_platform(Path(folder) / "data", *options, environ=environ) as running:
            yield Target(
                client=running.client, login=demo_login(running.client, running.data), data=running.data,
                kinds=KINDS if waiting_s is None else KINDS[:1],
            )  # fmt: skip


def run(target: Target, scenario: str, expected: Expectation, policy: Policy, seed: int) -> Tested:
    """Send the load, wait for every end and for the workers to be as few as they shall be, and sum up."""
    ticks = range(round(expected.seconds) + 1)
    most = max(expected.rate(float(at)) for at in ticks)
    times = varying(expected.rate, expected.seconds, most, random.Random(seed))  # noqa: S311
    sender = Sender(target.client, *target.login, kinds=target.kinds)
    begin = time.monotonic()
    watch = Watch(target.client, target.data, begin)
    with watch.watching():
        outcomes = sender.send(times, begin)
        if expected.scaled and target.data is not None:
            _settle(watch, policy)
    summed = report(scenario, outcomes, watch.samples, expected, policy)
    return Tested(outcomes=outcomes, samples=watch.samples, report=summed)


def _settle(watch: Watch, policy: Policy) -> None:
    own = policy.pools[Pool.INTERACTIVE]
    give_up = time.monotonic() + 3 * own.down_s + SETTLE_S
    while time.monotonic() < give_up:
        line = watch.samples[-1].line if watch.samples else None
        if line is not None and line.wanted <= own.floor and not line.draining_since:
            return
        threading.Event().wait(policy.tick_s / 2)


def picture(tested: Tested, title: str, expected: Expectation, policy: Policy) -> str:
    """The test as SVG."""
    until = tested.samples[-1].at if tested.samples else expected.seconds
    bucket_s = max(1.0, expected.seconds / 120)
    moments = [n * bucket_s for n in range(round(until / bucket_s) + 1)]
    meant = [(at, expected.rate(at) if at < expected.seconds else 0.0) for at in moments]
    done = [o.at + o.took_s for o in tested.outcomes if o.took_s is not None]
    ages = [(s.at, s.oldest_age_s) for s in tested.samples if s.oldest_age_s is not None]
    waits = [(o.at, o.queue_wait_s) for o in tested.outcomes if o.queue_wait_s is not None]
    lines = [(s.at, s.line) for s in tested.samples if s.line is not None]
    ordered = [(at, float(line.wanted)) for at, line in lines]
    draining = [(at, float(len(line.draining_since))) for at, line in lines]
    workers = [
        Series(name="ordered", points=ordered, color=BLUE, steps=True),
        Series(name="draining", points=draining, color=ORANGE, steps=True),
    ]
    sent = _rates([o.at for o in tested.outcomes], bucket_s, until)
    panels = [
        Panel(title="Requests a second", series=[
            Series(name="meant", points=meant, color=GREY), Series(name="sent", points=sent, color=BLUE),
            Series(name="planned", points=_rates(done, bucket_s, until), color=ORANGE)]),
        Panel(title="Wait in the queue, s", series=[
            Series(name="each job", points=waits, color=GREY),
            Series(name="oldest", points=ages, color=BLUE)],
            limit=policy.pools[Pool.INTERACTIVE].objective_s),
        Panel(title="Workers", series=workers),
    ]  # fmt: skip
    return chart(title, panels if lines else panels[:2])


def _rates(times: Sequence[float], bucket_s: float, until: float) -> Points:
    counted = Counter(int(at / bucket_s) for at in times)
    return [((n + 0.5) * bucket_s, counted[n] / bucket_s) for n in range(int(until / bucket_s) + 1)]
