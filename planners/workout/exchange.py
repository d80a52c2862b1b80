"""A plan with some lines of one day replaced: every sum, rule and prediction reckoned anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planners.errors import FieldError, InvalidRequest
from planners.outcome import never
from planners.plan import RuleCheck, TrainingDay, WorkoutPlan
from planners.spec import WorkoutRequest
from planners.workout.adapt import as_of
from planners.workout.checks import checks_of, coming_days, prove
from planners.workout.draft import Session, overhead
from planners.workout.drafting import Drafted, draft_plan, week_of_days
from planners.workout.finish import training_day
from planners.workout.line import Line
from planners.workout.periods import DAYS, Period, Phase
from planners.workout.planner import assumed_of
from planners.workout.predict import NOTHING, Foretold, foretell
from planners.workout.prepare import Prepared, prepare
from planners.workout.reflow import as_begun
from planners.workout.stimulus import work_of
from planners.workout.stored import session_of

SAME_MINUTES = 0.06
ONE_SET = 18.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Laid:
    """A plan, and the day of it that is to be changed.

    Attributes
    ----------
    now : the member of today; `base` the plan as it was drafted, for its periods and limits.
    week, nth : where the day stands in the plan's weeks.
    session : of the day.
    loading_weeks, phase : before its week, for the prescription.
    """

    request: WorkoutRequest
    plan: WorkoutPlan
    now: Prepared
    base: Drafted
    week: int
    nth: int
    session: Session
    loading_weeks: int
    phase: Phase

    @property
    def day(self) -> TrainingDay:
        """The day as it is."""
        return self.plan.weeks[self.week].days[self.nth]

    @property
    def period(self) -> Period:
        """The day's week."""
        return self.base.periods[self.week]


def lay_out(request: WorkoutRequest, plan: WorkoutPlan, on: date) -> Laid:
    """Find the day.

    Raises
    ------
    InvalidRequest
        When the plan has no session on that day, or it is lived.
    """
    found = [(w, n) for w, week in enumerate(plan.weeks) for n, d in enumerate(week.days) if d.date == on]
    if not found:
        raise InvalidRequest(
            [FieldError(pointer="/date", detail=f"the plan has no session on {on.isoformat()}")]
        )
    if request.today is not None and on < request.today:
        raise InvalidRequest([FieldError(pointer="/date", detail=f"{on.isoformat()} is lived and stays")])
    week, nth = found[0]
    base = draft_plan(prepare(as_begun(request)), never)
    loading = [w for w in range(week) if base.periods[w].loading and plan.weeks[w].days]
    period = base.periods[week]
    phase = period.phase if period.loading else base.periods[loading[-1]].phase if loading else Phase.BASE
    now = prepare(request)
    return Laid(
        request=now.request,
        plan=plan,
        now=now,
        base=base,
        week=week,
        nth=nth,
        session=session_of(plan.weeks[week].days[nth], (on - plan.start_date).days % DAYS),
        loading_weeks=len(loading),
        phase=phase,
    )


def with_lines(laid: Laid, lines: Sequence[Line]) -> WorkoutPlan | None:
    """The plan with these lines on the day; None when a rule that was kept would be broken."""
    session = Session(slot=laid.session.slot, lines=list(lines))
    day = training_day(session, laid.period, laid.now.may, laid.request.member.weight_kg)
    if day.minutes > laid.request.minutes_per_day + SAME_MINUTES:
        return None
    days = list(laid.plan.weeks[laid.week].days)
    days[laid.nth] = day
    old = laid.plan.weeks[laid.week]
    new = week_of_days(laid.period, tuple(days))
    weeks = list(laid.plan.weeks)
    weeks[laid.week] = replace(new, phase=old.phase, deload=old.deload, taper=old.taper)
    plan = replace(laid.plan, weeks=tuple(weeks))
    before, after = _checks(laid, laid.plan), _checks(laid, plan)
    if any(before[name].met and not check.met for name, check in after.items()):
        return None
    prove(coming_days(plan.weeks, plan.start_date, _lived(laid)), laid.request)
    told = {
        name: after[name] if before[name].met else check
        for name, check in laid.plan.checks.items()
        if name in after
    }
    return replace(plan, checks=told, prediction=foretold(laid, plan).events)


def _lived(laid: Laid) -> int:
    return max(0, (as_of(laid.request) - laid.plan.start_date).days)


def _checks(laid: Laid, plan: WorkoutPlan) -> Mapping[str, RuleCheck]:
    """Every rule; weeks that are not as heavy as they were drafted were changed before."""
    pairs = zip(laid.plan.weeks, laid.base.weeks, strict=False)
    changed = {was.week for was, drafted in pairs if abs(was.load - drafted.load) > ONE_SET}
    assumed = replace(assumed_of(laid.base), lived_days=_lived(laid), eased=frozenset(changed))
    return checks_of(plan.weeks, laid.request, assumed)


def foretold(laid: Laid, plan: WorkoutPlan) -> Foretold:
    """The prediction of a plan."""
    request = laid.request
    if request.test is None:
        return NOTHING
    start = plan.start_date
    sessions = [[session_of(day, (day.date - start).days % DAYS) for day in week.days] for week in plan.weeks]
    days = (request.test.date - start).days
    past = laid.base.prepared.learned.past.work
    return foretell(request, laid.now.aim, work_of(sessions), days, past)


def room(laid: Laid, lines: Sequence[Line]) -> float:
    """Minutes that are left of the day beside these lines."""
    main = sum(line.minutes for line in lines)
    return laid.request.minutes_per_day - main - sum(overhead(main, laid.session.slot.recovery))
