"""How many minutes of each quality in each week: the macro plan, a linear programme.

Sets: weeks w, qualities q, dose segments k = 0, 1, 2.

    maximise   Σ_w Σ_q weight[w,q] Σ_k slope_k x[w,q,k] - penalty Σ_w slack_w

    session     resistance, hard, easy and march minutes of each session ≤ its main minutes; in a taper
                ≤ 1.25 volume_w of them
    resistance  m_strength + m_endurance ≤ sessions · most minutes of one
    ramp        load_w ≤ 1.10 load of the last loading week; for six weeks after a taper ≤ the load before it
    ratio       0.85 · mean(load_(w-3) … load_w) ≤ load_w ≤ 1.3 · the same mean
                (ramp and ratio: + `spare` where even the fullest week is light)
    lighter     load_w ≤ volume_w · load of the last loading week        (deload, taper, recovery)
    mix         m[w,q] ≤ volume_w · m[reference,q] · 1.15, each quality but hard ones (deload, taper)
    long_run    longest easy part ≤ 1.10 · that of the last loading week
    floor       m_aerobic + 2 (m_threshold + m_speed) + m_ruck ≥ floor_w - slack_w
    retention   m[w,q] ≥ volume_w · retention[q] · sessions that hold q - slack_w

with m[w,q] = Σ_k x[w,q,k] and load_w = Σ_q effort[w,q] m[w,q] + fixed_w - 10 slack_w. The segments make the
response concave: a linear fitness-fatigue model alone would load to the cap and then stop (Ceddia 2025,
arXiv 2505.20859). The matrix depends on the weeks' shapes alone and is kept; a member's limits enter as
bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planners.workout.catalog import Floats
from planners.workout.periods import Period
from planners.workout.program import Labelled, Rows, solve
from planners.workout.shape import Slot
from planners.workout.vocabulary import Quality

DOSED = (
    Quality.STRENGTH,
    Quality.ENDURANCE,
    Quality.AEROBIC,
    Quality.THRESHOLD,
    Quality.SPEED,
    Quality.RUCK,
)
SLOPES = (1.0, 0.6, 0.3)
SEGMENT_SHARE = np.array([0.25, 0.19, 0.25, 0.09, 0.08, 0.18])
"""Length of one dose segment as a share of the week's main minutes [G]."""
PENALTY = 20.0
RAMP = 1.10
RATIO, LEAST_RATIO = 1.3, 0.85
RETURN_WEEKS = 6
MOST_MIX = 1.15
LOAD_SLACK = 10.0
Q = len(DOSED)
K = len(SLOPES)
WIDTH = Q * K + 2  # segments, slack and fixed load of one week
SLACK = Q * K
FIXED = Q * K + 1


@dataclass(frozen=True, kw_only=True, eq=False)
class DoseLimits:
    """A member's limits for the macro plan.

    Attributes
    ----------
    main : minutes of work in a session beside warm-up and cool-down.
    session : (W,) share of them that a session of the week may hold.
    resistance_cap, hard_cap : most minutes of one resistance and one hard aerobic part.
    start_load : weekly load the member is used to.
    long_start : minutes of the longest easy part the member is used to.
    spare : load that a week may be above ramp and ratio.
    fixed : (W,) load of warm-ups, cool-downs and recovery days.
    floor : (W,) moderate-equivalent aerobic minutes.
    retention : (6,) least minutes of each quality for each session of a loading week that holds it.
    volume : (W,) share of a loading week's volume.
    weight : (W, 6) worth of a minute.
    """

    main: float
    session: Floats
    resistance_cap: float
    hard_cap: float
    start_load: float
    long_start: float
    spare: float
    fixed: Floats
    floor: Floats
    retention: Floats
    volume: Floats
    weight: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Doses:
    """The macro plan: `minutes` (W, 6), its objective, and the weeks whose floor could not be met in full."""

    minutes: Floats
    objective: float
    short: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """The rows of the programme for weeks of given shapes. `parts` (W, 6): sessions that hold the quality."""

    rows: Labelled
    parts: Floats


@dataclass(frozen=True, kw_only=True)
class WeekShape:
    """Kind, volume, sessions and efforts (6,) of a week: all that the matrix depends on."""

    loading: bool
    taper: bool
    volume: float
    slots: tuple[Slot, ...]
    efforts: tuple[float, ...]


def week_shape(period: Period, slots: tuple[Slot, ...], efforts: tuple[float, ...]) -> WeekShape:
    """What of a week the matrix depends on."""
    return WeekShape(
        loading=period.loading, taper=period.taper, volume=period.volume, slots=slots, efforts=efforts
    )


def plan_doses(shapes: tuple[WeekShape, ...], limits: DoseLimits) -> Doses:
    """The best minutes of each quality in each week.

    Parameters
    ----------
    shapes : of each week.

    Raises
    ------
    PlannerError
        When the solver does not find the optimum, which the slack columns rule out.
    """
    frame = _frame(shapes)
    weeks = len(shapes)
    cost, upper = _columns(frame, limits, weeks)
    lower = np.zeros_like(upper)
    fixed = np.arange(weeks) * WIDTH + FIXED
    lower[fixed] = upper[fixed] = limits.fixed
    lower[-2] = upper[-2] = limits.start_load
    lower[-1] = upper[-1] = limits.long_start
    found = solve(frame.rows.matrix, -cost, lower, upper, _right_hand_sides(frame, limits))
    cells = found.values[:-2].reshape(weeks, WIDTH)
    minutes = cells[:, :SLACK].reshape(weeks, Q, K).sum(axis=2)
    return Doses(minutes=minutes, objective=-found.objective, short=cells[:, SLACK])


def _columns(frame: Frame, limits: DoseLimits, weeks: int) -> tuple[Floats, Floats]:
    """Worth and upper bound of every column."""
    sessions = frame.parts.max(axis=1, keepdims=True)
    length = SEGMENT_SHARE * limits.main * np.maximum(sessions, 1.0)
    has = (frame.parts > 0)[:, :, None]
    upper = np.full((weeks, WIDTH), np.inf)
    upper[:, :SLACK] = np.where(has, length[:, :, None], 0.0).repeat(K, axis=2).reshape(weeks, SLACK)
    cost = np.zeros((weeks, WIDTH))
    cost[:, :SLACK] = (limits.weight[:, :, None] * np.array(SLOPES)).reshape(weeks, SLACK)
    cost[:, SLACK] = -PENALTY
    ends = np.zeros(2)
    return np.concatenate([cost.ravel(), ends]), np.concatenate([upper.ravel(), ends])


def _right_hand_sides(frame: Frame, limits: DoseLimits) -> tuple[Floats, Floats]:
    """Lower and upper side of every row: the limits by the row's name."""
    names, weeks, index = frame.rows.names, frame.rows.weeks, frame.rows.index
    lower = np.full(len(names), -np.inf)
    upper = np.zeros(len(names))
    upper[names == SESSION] = limits.main * limits.session[weeks[names == SESSION]]
    upper[names == RESISTANCE] = limits.resistance_cap
    upper[names == HARD] = limits.hard_cap
    upper[(names == RAMP_ROW) | (names == RATIO_ROW)] = limits.spare
    at_least = (names == FLOOR) | (names == RETENTION)
    upper[at_least] = np.inf
    lower[names == FLOOR] = limits.floor[weeks[names == FLOOR]]
    kept = names == RETENTION
    parts = frame.parts[weeks[kept], index[kept]] * limits.volume[weeks[kept]]
    lower[kept] = limits.retention[index[kept]] * parts
    return lower, upper


SESSION, RESISTANCE, HARD, RAMP_ROW, RATIO_ROW, LIGHTER, MIX, LONG_RUN, FLOOR, RETENTION = range(10)
ROW_NAMES = (
    "session",
    "resistance",
    "hard",
    "ramp",
    "ratio",
    "lighter",
    "mix",
    "long_run",
    "floor",
    "retention",
)


@lru_cache(maxsize=128)
def _frame(shapes: tuple[WeekShape, ...]) -> Frame:
    weeks = len(shapes)
    rows = Rows(columns=weeks * WIDTH + 2)
    parts = np.array([_parts(shape.slots) for shape in shapes], dtype=np.float64).reshape(weeks, Q)
    reference, before_taper, last_taper = -1, -1, -RETURN_WEEKS - 1
    for w, shape in enumerate(shapes):
        _session_rows(rows, w, shape.slots)
        _dose_rows(rows, w, shape.slots, parts[w])
        returning = shape.loading and w - last_taper <= RETURN_WEEKS and before_taper >= 0
        _load_rows(rows, w, before_taper if returning else reference, shapes, 1.0 if returning else RAMP)
        if not shape.loading and reference >= 0:
            _mix_rows(rows, w, reference, shape.volume)
        _long_row(rows, w, reference, shapes)
        reference = w if shape.loading else reference
        before_taper, last_taper = (reference, w) if shape.taper else (before_taper, last_taper)
    return Frame(rows=rows.labelled(), parts=parts)


def _parts(slots: tuple[Slot, ...]) -> list[int]:
    """How many sessions hold each quality."""
    resistance = sum(slot.focus is not None for slot in slots)
    hard = [sum(slot.hard is q for slot in slots) for q in (Quality.THRESHOLD, Quality.SPEED)]
    return [resistance, resistance, sum(slot.easy > 0 for slot in slots), *hard, sum(s.ruck for s in slots)]


def column(week: int, quality: Quality, segment: int = 0) -> int:
    """Column of a week's dose segment."""
    return week * WIDTH + DOSED.index(quality) * K + segment


def _minutes(week: int, quality: Quality, share: float) -> dict[int, float]:
    first = column(week, quality)
    return dict.fromkeys(range(first, first + K), share)


def _load(week: int, shape: WeekShape, factor: float) -> dict[int, float]:
    cells = {week * WIDTH + FIXED: factor}
    for quality, effort in zip(DOSED, shape.efforts, strict=True):
        cells |= _minutes(week, quality, factor * effort)
    return cells


def _session_rows(rows: Rows, w: int, slots: tuple[Slot, ...]) -> None:
    """The work of each session fits into it; sessions of the same make share a row."""
    resistance = max(1, sum(slot.focus is not None for slot in slots))
    easy = sum(slot.easy for slot in slots) or 1.0
    makes = dict.fromkeys((slot.focus is not None, slot.hard, slot.easy, slot.ruck) for slot in slots)
    for has_resistance, hard, weight, ruck in makes:
        cells: dict[int, float] = {}
        if has_resistance:
            cells |= _minutes(w, Quality.STRENGTH, 1 / resistance)
            cells |= _minutes(w, Quality.ENDURANCE, 1 / resistance)
        if hard is not None:
            cells |= _minutes(w, hard, 1 / sum(slot.hard is hard for slot in slots))
        if weight:
            cells |= _minutes(w, Quality.AEROBIC, weight / easy)
        if ruck:
            cells |= _minutes(w, Quality.RUCK, 1.0)
        if cells:
            rows.add(SESSION, w, 0, cells)


def _dose_rows(rows: Rows, w: int, slots: tuple[Slot, ...], parts: Floats) -> None:
    if parts[0]:
        share = 1 / float(parts[0])
        cells = _minutes(w, Quality.STRENGTH, share) | _minutes(w, Quality.ENDURANCE, share)
        rows.add(RESISTANCE, w, 0, cells)
    for hard in (Quality.THRESHOLD, Quality.SPEED):
        number = sum(slot.hard is hard for slot in slots)
        if number:
            rows.add(HARD, w, 0, _minutes(w, hard, 1 / number))
    slack = {w * WIDTH + SLACK: 1.0}
    aerobic = _minutes(w, Quality.AEROBIC, 1.0) | _minutes(w, Quality.RUCK, 1.0)
    vigorous = _minutes(w, Quality.THRESHOLD, 2.0) | _minutes(w, Quality.SPEED, 2.0)
    rows.add(FLOOR, w, 0, aerobic | vigorous | slack)
    for q, quality in enumerate(DOSED):
        if parts[q]:
            rows.add(RETENTION, w, q, _minutes(w, quality, 1.0) | slack)


def _load_rows(rows: Rows, w: int, reference: int, shapes: tuple[WeekShape, ...], ramp: float) -> None:
    """Ramp, load ratio and lighter weeks; the weeks before the plan are at the starting load."""
    start = rows.columns - 2
    shape = shapes[w]
    factor = ramp if shape.loading and reference >= 0 else shape.volume
    before = _load(reference, shapes[reference], -factor) if reference >= 0 else {start: -factor}
    slack = {w * WIDTH + SLACK: -LOAD_SLACK}
    rows.add(RAMP_ROW if shape.loading else LIGHTER, w, 0, _load(w, shape, 1.0) | before | slack)
    if not shape.loading:
        return
    ratio = _load(w, shape, 1 - RATIO / 4)
    ratio[start] = -RATIO / 4 * max(0, 3 - w)
    for earlier in range(max(0, w - 3), w):
        ratio |= _load(earlier, shapes[earlier], -RATIO / 4)
    rows.add(RATIO_ROW, w, 0, ratio | slack)
    least = _load(w, shape, LEAST_RATIO / 4 - 1)
    least[start] = LEAST_RATIO / 4 * max(0, 3 - w)
    for earlier in range(max(0, w - 3), w):
        least |= _load(earlier, shapes[earlier], LEAST_RATIO / 4)
    rows.add(RATIO_ROW, w, 0, least | slack)


def _mix_rows(rows: Rows, w: int, reference: int, volume: float) -> None:
    for q, quality in enumerate(DOSED):
        if quality in (Quality.THRESHOLD, Quality.SPEED):
            continue
        before = _minutes(reference, quality, -volume * MOST_MIX)
        rows.add(MIX, w, q, _minutes(w, quality, 1.0) | before)


def _long_row(rows: Rows, w: int, reference: int, shapes: tuple[WeekShape, ...]) -> None:
    longest = _longest_share(shapes[w].slots)
    if not longest:
        return
    before = _longest_share(shapes[reference].slots) if reference >= 0 else 0.0
    cells = _minutes(w, Quality.AEROBIC, longest)
    if before:
        cells |= _minutes(reference, Quality.AEROBIC, -RAMP * before)
    else:
        cells[rows.columns - 1] = -RAMP
    rows.add(LONG_RUN, w, 0, cells)


def _longest_share(slots: tuple[Slot, ...]) -> float:
    easy = sum(slot.easy for slot in slots)
    return max((slot.easy for slot in slots), default=0.0) / easy if easy else 0.0
