"""What members log: the entries as they are sent, kept and listed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from uuid import UUID

from models.members.food_feedback import Verdict
from planners.reading import limits
from planners.spec import FitnessTest
from planners.training_log import LoggedSession

UUID_TEXT = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


@dataclass(frozen=True, kw_only=True)
class WeightEntry:
    """A weigh-in."""

    date: datetime.date = limits("The day; a second entry takes the place of the first.")
    weight_kg: float = limits("Body mass in kilograms.", least=25, most=350, example=81.4)


@dataclass(frozen=True, kw_only=True)
class IntakeEntry:
    """What was eaten on a day, all of it."""

    date: datetime.date = limits("The day; a second entry takes the place of the first.")
    kcal: float = limits("Energy of everything eaten and drunk, in kcal.", least=0, most=15_000, example=2450)
    protein_g: float | None = limits("Protein in grams.", default=None, least=0, most=1_000)


@dataclass(frozen=True, kw_only=True)
class RunEntry:
    """A run within a session."""

    distance_m: float = limits("Distance in metres.", least=800, most=100_000, example=5000)
    seconds: float = limits("Time in seconds.", least=120, most=86_400, example=1500)
    rpe: float | None = limits("Effort, 1-10; 9 and more counts as a race.", default=None, least=1, most=10)


@dataclass(frozen=True, kw_only=True)
class ResultEntry:
    """The result of one event of a fitness test."""

    test: FitnessTest = limits("The test.")
    event: str = limits("The event, by the test's name for it.", shortest=1, longest=64, example="2MR")
    result: float = limits("In the event's unit (s, lb, reps).", least=0, most=20_000, example=960)


@dataclass(frozen=True, kw_only=True)
class WorkoutEntry(LoggedSession):
    """A session: what became of it, its sets, runs and test results."""

    id: str | None = limits(
        "Name of the entry, given by the client: the same id again takes its place. New when left out.",
        default=None, pattern=UUID_TEXT, shortest=36, longest=36,
        example="018f3c1e-7d2a-7c3e-9a52-3f1f0c9b2a11",
    )  # fmt: skip
    runs: tuple[RunEntry, ...] = limits("Runs by distance and time.", default=(), longest=10)
    results: tuple[ResultEntry, ...] = limits("Results of a test of that day.", default=(), longest=12)


@dataclass(frozen=True, kw_only=True)
class FoodEntry:
    """A word on a food of the menus."""

    food_code: int = limits(
        "FNDDS code, as the menu names it.", least=10_000_000, most=99_999_999, example=57100100
    )
    verdict: Verdict = limits("The latest word on a food counts; neutral takes an earlier one back.")


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """Which entries, and how many on a page."""

    cursor: str | None = limits("`next_cursor` of the page before.", default=None, shortest=1, longest=64)
    limit: int = limits("Entries on a page, the latest first.", default=50, least=1, most=500)


@dataclass(frozen=True, kw_only=True)
class WeightPage:
    """Weigh-ins, the latest day first."""

    entries: tuple[WeightEntry, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")


@dataclass(frozen=True, kw_only=True)
class IntakePage:
    """Days of eating, the latest first."""

    entries: tuple[IntakeEntry, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")


@dataclass(frozen=True, kw_only=True)
class WorkoutPage:
    """Sessions, by their ids from the greatest on."""

    entries: tuple[WorkoutEntry, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")


@dataclass(frozen=True, kw_only=True)
class FoodPage:
    """Words on foods, by code from the greatest on."""

    entries: tuple[FoodEntry, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")


@dataclass(frozen=True, kw_only=True)
class WeightProgress:
    """How the weight goes, from the weigh-ins of the last 28 days."""

    latest_kg: float | None
    days: int = limits("Days with a weigh-in.")
    kg_per_week: float | None = limits("Slope of the straight line through them; null below three days.")


@dataclass(frozen=True, kw_only=True)
class IntakeProgress:
    """What was eaten, and what is planned and spent."""

    days: int = limits("Days logged of the last 28.")
    mean_kcal: float | None
    expenditure_kcal: float | None = limits("Learned by the night from weights and intake; null until then.")


@dataclass(frozen=True, kw_only=True)
class TrainingWeekProgress:
    """One week of training, from Monday."""

    week_of: datetime.date
    done: int
    missed: int
    minutes: float
    load: float = limits("Sum of effort times minutes (Foster 2001).")


@dataclass(frozen=True, kw_only=True)
class TestProgress:
    """The results of one event, from the first to the latest."""

    __test__ = False

    test: FitnessTest
    event: str
    first: float
    first_on: datetime.date
    latest: float
    latest_on: datetime.date


@dataclass(frozen=True, kw_only=True)
class PlanProgress:
    """A current plan, and what its last renewal changed."""

    id: UUID
    start_date: datetime.date
    day: int = limits("Which of its days today is; below 1 before it begins.")
    days: int
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the night learns from, summed up."""

    today: datetime.date
    weight: WeightProgress
    intake: IntakeProgress
    training: tuple[TrainingWeekProgress, ...]
    tests: tuple[TestProgress, ...]
    plans: dict[str, PlanProgress] = limits("The current plans by their kind.")
