"""`reveille loadtest`: open-loop load, each answer timed from the moment its request was meant to be sent.

Open loop: requests come when they come (Poisson arrivals), however slow the answers are, so a platform that
falls behind shows it in the tail instead of slowing its own test down. Status 1: an objective was missed.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from operations.autoscale import scenarios
from operations.autoscale.policy import with_ceilings
from operations.client import Client
from operations.demo_login import demo_login
from operations.faults.soak import faults
from operations.load.report import Expectation, Report
from operations.load.run import Target, own_platform, picture, run
from operations.load.send import KINDS

Command = Callable[..., Any]


@click.group()
def loadtest() -> None:
    """Send a platform requests that come whether it keeps up or not."""


loadtest.add_command(faults)


def scenario(seconds: float, rate: float) -> Callable[[Command], Command]:
    """A command of the group with the options of every scenario, and these defaults."""

    def declare(command: Command) -> Command:
        for option in reversed((
            click.option("--rate", default=rate, show_default=True, help="Requests a second at the base."),
            click.option("--seconds", default=seconds, show_default=True, help="How long requests are sent."),
            click.option("--address", help="A running platform; without it one is started for the test."),
            click.option("--data", type=click.Path(exists=True), help="Its data folder, for the workers."),
            click.option("--policy", default="", help="Policy of the autoscaler; the defaults without it."),
            click.option("--waiting", type=float, help="Workers of a platform of its own that wait so long "
                         "for each job, in the mean, instead of planning."),
            click.option("--seed", default=1, show_default=True, help="Same seed, same arrivals."),
            click.option("--chart", type=click.Path(), help="Draw the test into this file, as SVG."),
            click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        )):  # fmt: skip
            command = option(command)
        return loadtest.command(command.__name__.replace("_", "-"))(command)

    return declare


times_option = click.option("--times", default=10.0, show_default=True, help="The peak, in bases.")


@scenario(seconds=30.0, rate=2.0)
def steady(rate: float, seconds: float, **how: Any) -> None:
    """The same rate all the time."""
    _test("steady", Expectation(rate=scenarios.steady(_above(rate)), seconds=seconds, scaled=False), **how)


@scenario(seconds=1800.0, rate=1.0)
def soak(rate: float, seconds: float, **how: Any) -> None:
    """The same rate for a long time."""
    _test("soak", Expectation(rate=scenarios.steady(_above(rate)), seconds=seconds, scaled=False), **how)


@scenario(seconds=240.0, rate=0.4)
@times_option
def spike(rate: float, seconds: float, times: float, **how: Any) -> None:
    """A jump at an eighth of the time, and back after half of it."""
    _test("spike", spike_of(_above(rate), seconds, times), **how)


@scenario(seconds=240.0, rate=0.4)
@times_option
def ramp(rate: float, seconds: float, times: float, **how: Any) -> None:
    """A straight rise from the base to the peak within half of the time, where it stays."""
    _test("ramp", ramp_of(_above(rate), seconds, times), **how)


@scenario(seconds=240.0, rate=0.4)
@times_option
def step_down(rate: float, seconds: float, times: float, **how: Any) -> None:
    """The peak for half of the time, then the base."""
    _test("step-down", step_down_of(_above(rate), seconds, times), **how)


@scenario(seconds=600.0, rate=0.4)
@times_option
def diurnal(rate: float, seconds: float, times: float, **how: Any) -> None:
    """A day of members in one time zone, compressed: a jump at dawn, a hump at noon, an evening peak."""
    _test("diurnal", diurnal_of(_above(rate), seconds, times), **how)


def spike_of(rate: float, seconds: float, times: float) -> Expectation:
    start = seconds / 8
    load = scenarios.spike(rate, times=times, start=start, lasts=seconds / 2)
    return Expectation(rate=load, seconds=seconds, steps=1, step_at=start)


def ramp_of(rate: float, seconds: float, times: float) -> Expectation:
    load = scenarios.ramp(rate, times=times, start=seconds / 8, lasts=seconds / 2)
    return Expectation(rate=load, seconds=seconds, steps=1)


def step_down_of(rate: float, seconds: float, times: float) -> Expectation:
    load = scenarios.step_down(rate, times=times, at=seconds / 2)
    return Expectation(rate=load, seconds=seconds, steps=1, step_at=0.0)


def diurnal_of(rate: float, seconds: float, times: float) -> Expectation:
    """Three rises, of the morning, of noon and of the evening: each goes up and down again."""
    return Expectation(rate=scenarios.diurnal(rate, times=times, day_s=seconds), seconds=seconds, steps=5)


def _test(
    name: str,
    expected: Expectation,
    *,
    address: str | None,
    data: str | None,
    policy: str,
    waiting: float | None,
    seed: int,
    chart: str | None,
    as_json: bool,
) -> None:
    if address is not None and waiting is not None:
        raise click.UsageError("--waiting is for a platform of the test's own: leave --address out")
    if expected.seconds <= 0:
        raise click.BadParameter("must be above 0", param_hint="--seconds")
    read = with_ceilings(policy, os.cpu_count() or 1)
    with _target(address, data, policy, waiting) as target:
        tested = run(target, name, expected, read, seed)
    if chart is not None:
        Path(chart).write_text(
            picture(tested, _title(name, expected, waiting), expected, read), encoding="utf-8"
        )
    _print(tested.report, as_json)
    raise SystemExit(0 if tested.report.passed else 1)


def _above(rate: float) -> float:
    if not rate > 0:
        raise click.BadParameter("must be above 0", param_hint="--rate")
    return rate


@contextmanager
def _target(address: str | None, data: str | None, policy: str, waiting: float | None) -> Iterator[Target]:
    if address is None:
        with own_platform(policy, waiting) as target:
            yield target
        return
    with tempfile.TemporaryDirectory(prefix="reveille-load-") as folder:
        client = Client(address=address.rstrip("/"))
        login = demo_login(client, Path(data or folder))
        yield Target(client=client, login=login, data=Path(data) if data else None, kinds=KINDS)


def _title(name: str, expected: Expectation, waiting: float | None) -> str:
    what = "real planners" if waiting is None else f"jobs that wait {waiting:g} s in the mean"
    return f"{name}, {expected.seconds:g} s, {what}"


def _print(found: Report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**asdict(found), "passed": found.passed}))
        return
    figures = Table("figure", "value")
    for field, value in asdict(found).items():
        if field != "checks":
            figures.add_row(field, f"{value:.3g}" if isinstance(value, float) else str(value))
    checks = Table("objective", "found", "at most", "met")
    for check in found.checks:
        checks.add_row(check.name, f"{check.found:.3g}", f"{check.limit:.3g}", "yes" if check.met else "NO")
    console = Console()
    console.print(figures)
    console.print(checks)
