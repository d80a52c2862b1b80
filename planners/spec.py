"""What a plan is asked for with: the vocabulary of requests. Standard library only; units are in the names.

`read_request` is the one way in, for the web, the command line and the workers alike.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from planners.errors import FieldError, InvalidRequest
from planners.reading import kind_of, limits, read, shown
from planners.training_log import (
    EXERCISE,
    KnownMaximum,
    LoggedRun,
    LoggedSession,
    LoggedSet,
    future_faults,
    log_faults,
)


class Kind(StrEnum):
    """What kind of plan."""

    NUTRITION = "nutrition"
    WORKOUT = "workout"


class Sex(StrEnum):
    """Sex that the reference tables go by."""

    MALE = "male"
    FEMALE = "female"


class Activity(StrEnum):
    """The four levels of the energy equations of the 2023 Dietary Reference Intakes."""

    INACTIVE = "inactive"
    LOW_ACTIVE = "low_active"
    ACTIVE = "active"
    VERY_ACTIVE = "very_active"


class Branch(StrEnum):
    """Branch of service."""

    ARMY = "army"
    MARINE_CORPS = "marine_corps"
    NAVY = "navy"
    AIR_FORCE = "air_force"
    SPACE_FORCE = "space_force"
    COAST_GUARD = "coast_guard"
    CIVILIAN = "civilian"


class Pregnancy(StrEnum):
    """Pregnant, nursing, or neither."""

    NONE = "none"
    PREGNANT = "pregnant"
    LACTATING = "lactating"


class NutritionGoal(StrEnum):
    """What a menu's energy target aims at."""

    MAINTENANCE = "maintenance"
    WEIGHT_LOSS = "weight_loss"
    MUSCLE_GAIN = "muscle_gain"


class Diet(StrEnum):
    """A rule that every food keeps."""

    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"
    HALAL = "halal"
    KOSHER = "kosher"
    GLUTEN_FREE = "gluten_free"
    LACTOSE_FREE = "lactose_free"


class Allergen(StrEnum):
    """The nine major food allergens of US law."""

    MILK = "milk"
    EGG = "egg"
    FISH = "fish"
    SHELLFISH = "shellfish"
    TREE_NUT = "tree_nut"
    PEANUT = "peanut"
    WHEAT = "wheat"
    SOY = "soy"
    SESAME = "sesame"


class Slot(StrEnum):
    """The meals of a day, in the order of the day."""

    BREAKFAST = "breakfast"
    MORNING_SNACK = "morning_snack"
    LUNCH = "lunch"
    AFTERNOON_SNACK = "afternoon_snack"
    DINNER = "dinner"
    EVENING_SNACK = "evening_snack"


class WorkoutGoal(StrEnum):
    """What a training plan aims at."""

    STRENGTH = "strength"
    ENDURANCE = "endurance"
    WEIGHT_LOSS = "weight_loss"
    GENERAL_FITNESS = "general_fitness"
    FITNESS_TEST = "fitness_test"


class Weekday(StrEnum):
    """In the order of datetime.date.weekday()."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Equipment(StrEnum):
    """What is at hand besides body weight and a place to run, which always are."""

    BARBELL = "barbell"
    DUMBBELL = "dumbbell"
    KETTLEBELL = "kettlebell"
    PULL_UP_BAR = "pull_up_bar"
    BENCH = "bench"
    SQUAT_RACK = "squat_rack"
    HEX_BAR = "hex_bar"
    SLED = "sled"
    BANDS = "bands"
    MEDICINE_BALL = "medicine_ball"
    SANDBAG = "sandbag"
    BOX = "box"
    JUMP_ROPE = "jump_rope"
    CABLE = "cable"
    MACHINE = "machine"
    ROWER = "rower"
    BIKE = "bike"
    TREADMILL = "treadmill"
    POOL = "pool"
    RUCKSACK = "rucksack"


class Level(StrEnum):
    """Training experience."""

    NOVICE = "novice"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Restriction(StrEnum):
    """What a member must not do, or the joint that must be spared. Never relaxed."""

    NO_RUNNING = "no_running"
    NO_JUMPING = "no_jumping"
    NO_OVERHEAD = "no_overhead"
    NO_RUCKING = "no_rucking"
    NO_SWIMMING = "no_swimming"
    KNEE = "knee"
    HIP = "hip"
    ANKLE = "ankle"
    LOWER_BACK = "lower_back"
    SHOULDER = "shoulder"
    ELBOW = "elbow"
    WRIST = "wrist"
    NECK = "neck"


class FitnessTest(StrEnum):
    """A fitness test of a branch of service."""

    AFT = "aft"
    USMC_PFT = "usmc_pft"
    USMC_CFT = "usmc_cft"
    NAVY_PRT = "navy_prt"
    USAF_PFRA = "usaf_pfra"
    USCG_PFT = "uscg_pft"
    USSF_HPA = "ussf_hpa"


class Standard(StrEnum):
    """Which standard of a test applies."""

    GENERAL = "general"
    COMBAT = "combat"


@dataclass(frozen=True, kw_only=True)
class Member:
    """The person a plan is for."""

    sex: Sex = limits("Sex that the reference tables and score tables go by.")
    age_years: int = limits("Age in whole years.", least=17, most=90, example=24)
    height_cm: float = limits("Height in centimetres.", least=120, most=230, example=178)
    weight_kg: float = limits("Body mass in kilograms.", least=35, most=250, example=82)
    activity: Activity = limits("How active the days are, training included.", default=Activity.LOW_ACTIVE)
    body_fat_percent: float | None = limits(
        "Body fat as percent of body mass, when it was measured.", default=None, least=3, most=60
    )
    branch: Branch | None = limits("Branch of service.", default=None)
    pregnancy: Pregnancy = limits(
        "Whether the member is pregnant or nursing: then a clinician plans, not this service.",
        default=Pregnancy.NONE,
    )
    expenditure_kcal: float | None = limits(
        "Energy spent a day as learned from logged weights and intake, in kcal; by equation when left out.",
        default=None,
        least=800,
        most=8_000,
    )


@dataclass(frozen=True, kw_only=True)
class LockedFood:
    """A food that the menu must serve on a given day and meal."""

    day: int = limits("Day of the plan, from 1.", least=1, most=28)
    slot: Slot = limits("The meal.")
    food_code: int = limits("FNDDS code of a food of the catalogue.", least=10_000_000, most=99_999_999)
    grams: float = limits("Amount as eaten, in grams.", least=1, most=2_000)


@dataclass(frozen=True, kw_only=True)
class NutritionRequest:
    """A menu for a number of days."""

    kind: Kind = limits('The word "nutrition".', default=Kind.NUTRITION)
    member: Member = limits("Whom the plan is for.")
    seed: int = limits("Same seed, same plan.", default=0, least=0, most=2**63 - 1)
    days: int = limits("Days of the menu.", default=7, least=1, most=28)
    start_date: date | None = limits("First day; tomorrow when left out.", default=None)
    meals_per_day: int = limits("Meals a day, snacks included.", default=4, least=3, most=6)
    goal: NutritionGoal = limits("What the energy target aims at.", default=NutritionGoal.MAINTENANCE)
    target_weight_kg: float | None = limits(
        "Body mass the goal works towards, in kilograms.", default=None, least=35, most=250
    )
    diets: tuple[Diet, ...] = limits("Rules that every food must keep.", default=(), unique=True, longest=6)
    allergies: tuple[Allergen, ...] = limits(
        "Allergens that no food may contain.", default=(), unique=True, longest=9
    )
    dislikes: tuple[str, ...] = limits(
        "Words of foods to leave out.", default=(), unique=True, longest=50, longest_entry=100
    )
    likes: tuple[str, ...] = limits(
        "Words of foods to prefer.", default=(), unique=True, longest=50, longest_entry=100
    )
    budget_usd_per_day: float | None = limits(
        "Most that a day's food may cost on the average of the plan, in US dollars.",
        default=None,
        least=0.5,
        most=200,
    )
    locked: tuple[LockedFood, ...] = limits("Foods that stay where they are.", default=(), longest=168)


@dataclass(frozen=True, kw_only=True)
class TestGoal:
    """The fitness test a workout plan prepares for."""

    __test__ = False

    name: FitnessTest = limits("The test.")
    date: date = limits("The day of the test.")
    standard: Standard = limits("Which standard of the test applies.", default=Standard.GENERAL)
    target_points: float | None = limits(
        "Total to reach; the least that passes when left out.", default=None, least=0, most=600
    )
    current: Mapping[str, float] = limits(
        "Latest result of each event known, by event name, in the event's unit (s, lb, reps).",
        default_factory=dict,
        least=0,
        most=20_000,
        longest=12,
    )
    waived: tuple[str, ...] = limits(
        "Events that a medical waiver excuses from: not trained for and not predicted; an alternate event "
        "stands for them where the test has one.",
        default=(),
        unique=True,
        longest=12,
    )


@dataclass(frozen=True, kw_only=True)
class TestedResult:
    """A result of a fitness test, official or tried at home, with its day."""

    __test__ = False

    test: FitnessTest = limits("The test whose event it is.")
    event: str = limits("The event.", shortest=1, longest=64, example="2MR")
    result: float = limits("The result in the event's unit (s, lb, reps).", least=0, most=20_000)
    date: date = limits("The day.")


@dataclass(frozen=True, kw_only=True)
class WorkoutRequest:
    """A training plan for a number of weeks."""

    kind: Kind = limits('The word "workout".', default=Kind.WORKOUT)
    member: Member = limits("Whom the plan is for.")
    seed: int = limits("Same seed, same plan.", default=0, least=0, most=2**63 - 1)
    weeks: int = limits("Weeks of the plan.", default=8, least=1, most=52)
    start_date: date | None = limits("First day; tomorrow when left out.", default=None)
    goal: WorkoutGoal = limits("What the plan aims at.", default=WorkoutGoal.GENERAL_FITNESS)
    days_per_week: int = limits("Training days a week.", default=4, least=1, most=7)
    available_days: tuple[Weekday, ...] = limits(
        "Weekdays on which training is possible.", default=tuple(Weekday), shortest=1, longest=7, unique=True
    )
    minutes_per_day: int = limits("Longest session, in minutes.", default=60, least=15, most=180)
    equipment: tuple[Equipment, ...] = limits("What is at hand.", default=(), unique=True, longest=20)
    level: Level = limits("Training experience.", default=Level.NOVICE)
    restrictions: tuple[Restriction, ...] = limits(
        "What must be spared; never relaxed.", default=(), unique=True, longest=13
    )
    test: TestGoal | None = limits(
        "The test to prepare for; required by the goal fitness_test.", default=None
    )
    postpartum_weeks: int | None = limits(
        "Completed weeks since giving birth, on the first day; null when that is a year ago or more.",
        default=None,
        least=0,
        most=52,
    )
    altitude_ft: float = limits(
        "Height above the sea where the member trains and is tested, in feet.",
        default=0.0,
        least=0,
        most=16_000,
    )
    excluded_exercises: tuple[str, ...] = limits(
        "Exercises of the catalogue that no session may hold.", default=(), unique=True, longest=100
    )
    today: date | None = limits(
        "First day that can still be planned of a plan under way: the days before it are lived and stay as "
        "they were. The plan's first day when left out.",
        default=None,
    )
    locked_dates: tuple[date, ...] = limits(
        "Days to come of a plan under way that stay as they are.", default=(), unique=True, longest=60
    )
    maxima: tuple[KnownMaximum, ...] = limits("Known one-repetition maxima.", default=(), longest=60)
    sets: tuple[LoggedSet, ...] = limits("Sets done of late.", default=(), longest=400)
    runs: tuple[LoggedRun, ...] = limits("Runs done of late.", default=(), longest=120)
    results: tuple[TestedResult, ...] = limits("Results of tests, with their days.", default=(), longest=60)
    log: tuple[LoggedSession, ...] = limits(
        "Sessions of the last weeks, done or not, and those to come that are moved or skipped.",
        default=(),
        longest=400,
    )


PlanRequest = NutritionRequest | WorkoutRequest

KINDS: dict[Kind, type[NutritionRequest] | type[WorkoutRequest]] = {
    Kind.NUTRITION: NutritionRequest,
    Kind.WORKOUT: WorkoutRequest,
}


def read_request(data: object, today: date) -> PlanRequest:
    """Read a plan request from JSON data.

    Parameters
    ----------
    data : what json.loads gave.
    today : the requester's date; a plan without `start_date` starts on the day after it.

    Raises
    ------
    InvalidRequest
        With a JSON pointer for every fault.
    """
    if not isinstance(data, dict):
        text = f"must be an object, not {kind_of(data)}"
        raise InvalidRequest([FieldError(pointer="", detail=text)])
    request: PlanRequest = read(_kind(data), data)
    if request.start_date is None:
        request = dataclasses.replace(request, start_date=today + timedelta(days=1))
    errors = _nutrition_faults(request) if isinstance(request, NutritionRequest) else _workout_faults(request)
    if errors:
        raise InvalidRequest(errors)
    return request


def read_new_request(data: object, today: date) -> PlanRequest:
    """Read a request that somebody makes today, as `read_request` does; its test must still be to come.

    Raises
    ------
    InvalidRequest
        With a JSON pointer for every fault.
    """
    request = read_request(data, today)
    if isinstance(request, WorkoutRequest) and request.test is not None and request.test.date <= today:
        text = f"must be after today, {today.isoformat()}: a test that is past needs no plan"
        raise InvalidRequest([FieldError(pointer="/test/date", detail=text)])
    return request


def _kind(data: Mapping[str, object]) -> type[NutritionRequest] | type[WorkoutRequest]:
    words = tuple(str(kind) for kind in KINDS)
    if "kind" not in data:
        raise InvalidRequest([FieldError(pointer="/kind", detail="is required", allowed=words)])
    if data["kind"] not in words:
        text = f"must be one of {', '.join(words)}, not {shown(data['kind'])}"
        raise InvalidRequest([FieldError(pointer="/kind", detail=text, allowed=words)])
    return KINDS[Kind(data["kind"])]


def request_json(request: PlanRequest) -> dict[str, Any]:
    """The request as JSON data that `read_request` reads back to an equal request."""
    return {name: plain(value) for name, value in dataclasses.asdict(request).items()}


def plain(value: Any) -> Any:
    """A value of this vocabulary as JSON data."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, StrEnum):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _nutrition_faults(request: NutritionRequest) -> list[FieldError]:
    faults = []
    for i, lock in enumerate(request.locked):
        if lock.day > request.days:
            text = f"day {lock.day} is past the plan's last day, {request.days}"
            faults.append(FieldError(pointer=f"/locked/{i}/day", detail=text))
    weight, target = request.member.weight_kg, request.target_weight_kg
    if target is not None and request.goal == NutritionGoal.WEIGHT_LOSS and target >= weight:
        text = f"must be below the present {weight:g} kg when the goal is weight_loss"
        faults.append(FieldError(pointer="/target_weight_kg", detail=text))
    if target is not None and request.goal == NutritionGoal.MUSCLE_GAIN and target <= weight:
        text = f"must be above the present {weight:g} kg when the goal is muscle_gain"
        faults.append(FieldError(pointer="/target_weight_kg", detail=text))
    return faults


def _workout_faults(request: WorkoutRequest) -> list[FieldError]:
    faults = []
    if request.days_per_week > len(request.available_days):
        free = len(request.available_days)
        text = f"{request.days_per_week} training days do not fit into {free} available days"
        faults.append(FieldError(pointer="/days_per_week", detail=text))
    if request.test is None and request.goal == WorkoutGoal.FITNESS_TEST:
        faults.append(FieldError(pointer="/test", detail="is required when the goal is fitness_test"))
    if request.postpartum_weeks is not None and request.member.sex == Sex.MALE:
        text = "must be null or left out when /member/sex is male"
        faults.append(FieldError(pointer="/postpartum_weeks", detail=text))
    start = request.start_date
    if request.test is not None and start is not None and request.test.date <= start:
        text = f"must be after the first day of the plan, {start.isoformat()}"
        faults.append(FieldError(pointer="/test/date", detail=text))
    return [*faults, *_history_faults(request, start)] if start is not None else faults


def _history_faults(request: WorkoutRequest, start: date) -> list[FieldError]:
    """What is wrong with the days a plan under way has behind it, and with what is logged of them."""
    latest = request.today or start
    faults = log_faults(
        maxima=request.maxima, sets=request.sets, runs=request.runs, log=request.log, latest=latest
    )
    faults += future_faults("results", [result.date for result in request.results], latest)
    first: dict[tuple[FitnessTest, str, date], int] = {}
    for at, tested in enumerate(request.results):
        before = first.setdefault((tested.test, tested.event, tested.date), at)
        if request.results[before].result != tested.result:
            text = f"contradicts /results/{before}: one event has one result a day"
            faults.append(FieldError(pointer=f"/results/{at}/result", detail=text))
    last = start + timedelta(weeks=request.weeks) - timedelta(days=1)
    if request.today is not None and request.today > last:
        text = f"is after the plan's last day, {last.isoformat()}: ask for a new plan"
        faults.append(FieldError(pointer="/today", detail=text))
    for at, day in enumerate(request.locked_dates):
        if not latest <= day <= last:
            text = f"must be from {latest.isoformat()} to {last.isoformat()}, the days that are still to come"
            faults.append(FieldError(pointer=f"/locked_dates/{at}", detail=text))
    for at, name in enumerate(request.excluded_exercises):
        if not re.fullmatch(EXERCISE, name):
            text = f"must be an exercise_id such as bench_press, not {shown(name)}"
            faults.append(FieldError(pointer=f"/excluded_exercises/{at}", detail=text))
    return faults
