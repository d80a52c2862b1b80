"""`reveille demo`: the whole platform for a minute: two requests through its API, two plans, nothing left."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.table import Table

from operations.client import AnswerError, Client
from operations.demo_login import demo_login
from operations.errors import UpError
from operations.running import running_platform
from operations.show_menu import menu
from operations.show_training import training

PLAN_S = 60.0
PIPED_WIDTH = 110

MEMBER = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82, "branch": "army"}


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="Keep everything in this folder; else it is gone after."
)
@click.option(
    "--full", is_flag=True, help="Print every session of the workout plan, not the first week's only."
)
def demo(data: Path | None, full: bool) -> None:
    """Start the platform, ask it for a nutrition and a workout plan over HTTP, print both, stop it."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED_WIDTH)
    began = time.monotonic()
    with _folder(data) as folder:
        console.print(f"Starting PostgreSQL, Valkey and the platform's processes; their data is in {folder}")
        with running_platform(folder) as platform:
            console.print(f"Ready at {platform.client.address} after {time.monotonic() - began:.1f} s")
            client = platform.client.login(*demo_login(platform.client, folder))
            nutrition = _plan(console, client, nutrition_request())
            workout = _plan(console, client, workout_request())
    console.rule("Nutrition plan")
    _print(console, menu(nutrition))
    console.rule("Workout plan")
    _print(console, training(workout, len(workout["weeks"]) if full else 1))
    console.rule()
    console.print(
        f"Everything is stopped again, after {time.monotonic() - began:.1f} s. `make run` leaves it running."
    )


def nutrition_request() -> dict[str, Any]:
    """A week's menu for an active soldier without peanuts, on a budget."""
    return {
        "kind": "nutrition", "seed": 7, "days": 7, "start_date": _day(1), "meals_per_day": 4,
        "goal": "maintenance", "member": {**MEMBER, "activity": "active"},
        "allergies": ["peanut"], "dislikes": ["liver"], "budget_usd_per_day": 12.0,
    }  # fmt: skip


def workout_request() -> dict[str, Any]:
    """Eight weeks towards an Army Fitness Test."""
    return {
        "kind": "workout", "seed": 7, "weeks": 8, "start_date": _day(1), "goal": "fitness_test",
        "days_per_week": 4, "available_days": ["mon", "tue", "thu", "sat"], "minutes_per_day": 60,
        "equipment": ["barbell", "dumbbell", "pull_up_bar"], "level": "intermediate", "member": MEMBER,
        "test": {
            "name": "aft", "date": _day(56), "standard": "general", "target_points": 420,
            "current": {"MDL": 270, "HRP": 36, "SDC": 118, "PLK": 145, "2MR": 1020},
        },
    }  # fmt: skip


def _plan(console: Console, client: Client, request: dict[str, Any]) -> dict[str, Any]:
    """Ask for a plan, poll its job, read it."""
    began = time.monotonic()
    try:
        path = client.request_plan(request)
        job = client.finished_job(path, timeout_s=PLAN_S)
        if job["state"] != "succeeded":
            raise UpError(f"The {request['kind']} job {job['state']}: {job['error']}")
        plan = client.plan(job["plan_id"])
    except (AnswerError, TimeoutError) as error:
        raise UpError(f"The {request['kind']} request failed: {error}") from error
    console.print(
        f"POST /v1/plans ({request['kind']}) → 202, {path} → plan after {time.monotonic() - began:.2f} s"
    )
    return plan


def _print(console: Console, parts: Iterable[RenderableType]) -> None:
    """Print the parts, with an empty line before and after each table."""
    before: RenderableType = ""
    for part in parts:
        if isinstance(part, Table) or isinstance(before, Table):
            console.print()
        console.print(part)
        before = part
    console.print()


@contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="reveille-demo-") as made:
        yield Path(made) / "data"


def _day(after: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=after)).isoformat()
