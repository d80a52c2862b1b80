"""The steps of a plan in their order: periods, days, doses, exercises, weeks."""

from __future__ import annotations

from dataclasses import dataclass

from planners.errors import FieldError, InvalidRequest
from planners.outcome import StopSignal, checkpoint
from planners.plan import TrainingDay, TrainingWeek
from planners.workout.aerobic import pace_of
from planners.workout.blocks import Designs, design_blocks
from planners.workout.catalog import load_catalogue
from planners.workout.dose import Doses, plan_doses, week_shape
from planners.workout.draft import Session
from planners.workout.finish import WEEKDAYS, training_day
from planners.workout.history import History
from planners.workout.limits import HARD_CAP, dose_limits, efforts_of, kept_floor, recovery_minutes
from planners.workout.maker import Maker
from planners.workout.periods import DAYS, Period, periods
from planners.workout.prepare import Prepared
from planners.workout.shape import Slot, slots_of
from planners.workout.week import arrange
from planners.workout.weeks import make_week


@dataclass(frozen=True, kw_only=True, eq=False)
class Drafted:
    """A plan with everything that its explanation and its checks ask about.

    Attributes
    ----------
    slots : what each week's sessions are made of.
    start_load, long_start_m : weekly load and longest run that the member is taken to be used to.
    floor : moderate aerobic minutes of a loading week.
    sessions, weeks : the same weeks as lines and as printed.
    lived_days, eased : days that are lived, and numbers of weeks changed by the member or after a break.
    """

    prepared: Prepared
    periods: tuple[Period, ...]
    slots: tuple[tuple[Slot, ...], ...]
    doses: Doses
    designs: Designs
    start_load: float
    long_start_m: float
    floor: float
    sessions: tuple[tuple[Session, ...], ...]
    weeks: tuple[TrainingWeek, ...]
    lived_days: int = 0
    eased: frozenset[int] = frozenset()


def draft_plan(prepared: Prepared, stopped: StopSignal) -> Drafted:
    """Periods, days, doses, exercises, and the weeks made of them."""
    request = prepared.request
    start = request.start_date
    if start is None:
        raise InvalidRequest([FieldError(pointer="/start_date", detail="is required")])
    weeks = periods(start, request.weeks, request.test.date if request.test is not None else None)
    free = tuple(WEEKDAYS[(start.weekday() + day) % DAYS] in request.available_days for day in range(DAYS))
    arrangement = arrange(request.goal, request.days_per_week, free, start.weekday())
    slots = tuple(slots_of(arrangement, period, prepared.means, prepared.main) for period in weeks)
    checkpoint(stopped)
    typical = slots_of(arrangement, periods(start, 1, None)[0], prepared.means, prepared.main)
    limits = dose_limits(prepared, weeks, slots, typical)
    efforts = efforts_of(prepared, weeks)
    shapes = tuple(week_shape(*each) for each in zip(weeks, slots, efforts, strict=True))
    doses = plan_doses(shapes, limits)
    checkpoint(stopped)
    designs = design_blocks(
        weeks,
        slots,
        doses.minutes,
        prepared.fits,
        prepared.trainee,
        prepared.purpose,
        request.seed,
        stopped,
    )
    long_start_m = _long_start_m(prepared, limits.long_start)
    floor = kept_floor(prepared, weeks, limits, doses)
    sessions = _sessions(
        prepared, weeks, slots, doses, designs, limits.start_load, long_start_m, floor, stopped
    )
    made = tuple(printed_week(prepared, p, s) for p, s in zip(weeks, sessions, strict=True))
    return Drafted(
        prepared=prepared,
        periods=weeks,
        slots=slots,
        doses=doses,
        designs=designs,
        start_load=limits.start_load,
        long_start_m=long_start_m,
        floor=floor,
        sessions=sessions,
        weeks=made,
    )


def _long_start_m(prepared: Prepared, minutes: float) -> float:
    """Metres of the longest run the member is used to, at their easy pace."""
    row = load_catalogue().row_of["run_easy"]
    pace = pace_of(row, prepared.ability) or 1.0
    return minutes * 60_000 / pace


def _sessions(
    prepared: Prepared,
    weeks: tuple[Period, ...],
    slots: tuple[tuple[Slot, ...], ...],
    doses: Doses,
    designs: Designs,
    start: float,
    long_start_m: float,
    floor: float,
    stopped: StopSignal,
) -> tuple[tuple[Session, ...], ...]:
    maker = maker_of(prepared, designs, floor)
    history = History(loads=[start] * 3, loading_load=start, runs=[(-1, long_start_m)])
    made = []
    for period, week_slots, minutes in zip(weeks, slots, doses.minutes, strict=True):
        checkpoint(stopped)
        made.append(tuple(make_week(maker, period, week_slots, minutes, history)))
    return tuple(made)


def maker_of(prepared: Prepared, designs: Designs, floor: float) -> Maker:
    """What all weeks share."""
    request = prepared.request
    return Maker(
        trainee=prepared.trainee,
        ability=prepared.ability,
        menu=prepared.menu,
        designs=designs,
        main=prepared.main,
        minutes_per_day=prepared.minutes_per_day,
        recovery_min=recovery_minutes(prepared),
        weight_kg=request.member.weight_kg,
        hard_cap=HARD_CAP[request.level],
        floor=floor,
    )


def printed_week(prepared: Prepared, period: Period, sessions: tuple[Session, ...]) -> TrainingWeek:
    """The week as its reader sees it."""
    weight_kg = prepared.request.member.weight_kg
    days = tuple(training_day(session, period, prepared.may, weight_kg) for session in sessions)
    return week_of_days(period, days)


def week_of_days(period: Period, days: tuple[TrainingDay, ...], *, light: bool = False) -> TrainingWeek:
    """The week of these days; `light` says that less was done of it than a loading week asks for."""
    return TrainingWeek(
        week=period.number,
        phase=str(period.phase),
        load=round(sum(day.load for day in days), 1),
        minutes=round(sum(day.minutes for day in days), 1),
        deload=period.deload or light,
        taper=period.taper,
        days=days,
    )
