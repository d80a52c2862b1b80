"""A workout request in, a training plan out."""

from __future__ import annotations

import numpy as np

from planners.outcome import StopSignal, Termination, never
from planners.phases import phase
from planners.plan import ENGINE_VERSION, Solution, WorkoutPlan
from planners.spec import WorkoutRequest
from planners.workout.blocks import GROUPS_FROM_MIN, Designs
from planners.workout.catalog import load_catalogue
from planners.workout.checks import Assumed, checks_of, coming_days, prove
from planners.workout.drafting import Drafted, draft_plan
from planners.workout.explain import reasons, warnings_of
from planners.workout.impossible import refusal, unreachable
from planners.workout.predict import NOTHING, Foretold, foretell
from planners.workout.prepare import prepare
from planners.workout.scheme import Kind, kinds
from planners.workout.session import GROUPS, focus_masks
from planners.workout.spared import care_reasons, care_warnings
from planners.workout.stimulus import work_of


def plan_workout(request: WorkoutRequest, stopped: StopSignal = never) -> WorkoutPlan:
    """Make a training plan.

    Raises
    ------
    InvalidRequest
        When restrictions leave nothing to train, or the test's results cannot be.
    Infeasible
        When the target cannot be reached by the date; it offers what makes it possible.
    Stopped
        When `stopped()` became true first.
    """
    with phase("prepare"):
        prepared = prepare(request)
    with phase("solve"):
        drafted = draft_plan(prepared, stopped)
    with phase("foretell"):
        foretold = foretell_plan(drafted)
    if prepared.aim is not None and unreachable(request, prepared.aim, foretold):
        with phase("explain"):
            raise refusal(
                request, prepared.aim, foretold, lambda r: foretell_plan(draft_plan(prepare(r), stopped))
            )
    with phase("finish"):
        return finished(drafted, foretold)


def finished(drafted: Drafted, foretold: Foretold) -> WorkoutPlan:
    """The plan with its prediction, checks and reasons; proved once more against the raw table."""
    prepared = drafted.prepared
    request = prepared.request
    first = drafted.periods[0].first
    prove(coming_days(drafted.weeks, first, drafted.lived_days), request)
    return WorkoutPlan(
        start_date=first,
        weeks=drafted.weeks,
        prediction=foretold.events,
        checks=checks_of(drafted.weeks, request, assumed_of(drafted)),
        because=(
            *prepared.learned.because,
            *reasons(prepared, drafted.periods, drafted.weeks, foretold),
            *care_reasons(request, prepared.may),
        ),
        solution=_solution(drafted.designs, request.seed),
        versions=versions(),
        warnings=(
            *warnings_of(prepared, drafted.weeks, foretold),
            *care_warnings(request),
            *prepared.learned.warnings,
        ),
    )


def versions() -> dict[str, str]:
    """What a plan must be read with to be understood, or made again."""
    return {"engine": ENGINE_VERSION, "exercises": load_catalogue().version}


def foretell_plan(drafted: Drafted) -> Foretold:
    """The prediction of the plan's test; nothing without one."""
    request = drafted.prepared.request
    if request.test is None:
        return NOTHING
    days = (request.test.date - drafted.periods[0].first).days
    past = drafted.prepared.learned.past.work
    return foretell(request, drafted.prepared.aim, work_of(drafted.sessions), days, past)


def assumed_of(drafted: Drafted) -> Assumed:
    """What the checks must know beside the plan."""
    prepared = drafted.prepared
    fullest = max(drafted.slots, key=len)
    resistance = [slot.focus for slot in fullest if slot.focus is not None]
    groups = [frozenset(str(p) for p in group) for group in GROUPS]
    reach = np.any([focus_masks()[focus] for focus in resistance], axis=0) if resistance else False
    rows = np.flatnonzero(prepared.fits & (np.array(kinds()) != Kind.NONE) & reach)
    patterns = {str(load_catalogue().patterns[row]) for row in rows}
    loading = [w for w, period in enumerate(drafted.periods) if period.loading]
    least = min((float(drafted.doses.minutes[w, :2].sum()) for w in loading), default=0.0)
    return Assumed(
        start_load=drafted.start_load,
        long_run_m=drafted.long_start_m,
        aerobic_floor=drafted.floor,
        strength_days=min(2, len(resistance)),
        movements=tuple(g for g in groups if g & patterns) if least >= GROUPS_FROM_MIN else (),
        lived_days=drafted.lived_days,
        eased=drafted.eased,
    )


def _solution(designs: Designs, seed: int) -> Solution:
    objective, bound = designs.objective, designs.lower_bound
    gap = max(0.0, (objective - bound) / objective) if objective > 0 else 0.0
    status = Termination.OPTIMAL if gap < 1e-9 else Termination.WITHIN_GAP
    return Solution(status=status, objective=objective, lower_bound=bound, gap=gap, seed=seed)
