"""From drafted sessions to the plan's training days: warm-up, cool-down, figures as they are printed."""

from __future__ import annotations

from datetime import timedelta

from planners.plan import Exercise, TrainingDay
from planners.spec import Weekday
from planners.workout.catalog import Bools, load_catalogue
from planners.workout.draft import COOL_EFFORT, WARM_EFFORT, Session, overhead
from planners.workout.line import Line, Part
from planners.workout.periods import Period
from planners.workout.session import focus_masks
from planners.workout.split import Focus
from planners.workout.vocabulary import Pattern

WEEKDAYS = tuple(Weekday)
RAISERS = ("walk_brisk", "marching_in_place", "walk_easy")
LOOSENERS = {
    Focus.LOWER: ("walking_knee_hug", "leg_swing", "hip_circle", "ankle_rock"),
    Focus.UPPER: ("arm_circle", "thoracic_rotation", "scapular_push_up", "wrist_circle"),
    Focus.FULL: ("walking_knee_hug", "leg_swing", "arm_circle", "cat_camel"),
    None: ("leg_swing", "walking_knee_hug", "ankle_rock", "arm_circle"),
}
STRETCHES = {
    Focus.LOWER: ("hip_flexor_stretch", "hamstring_stretch", "figure_four_stretch", "calf_stretch"),
    Focus.UPPER: ("chest_stretch", "lat_stretch", "thoracic_rotation"),
    Focus.FULL: ("hamstring_stretch", "chest_stretch", "hip_flexor_stretch", "lat_stretch"),
    None: ("calf_stretch", "hamstring_stretch", "quad_stretch", "figure_four_stretch"),
}
DRILLS = 3
"""Most drills of a warm-up: about a minute each."""
TRUNK = (Pattern.BRACE, Pattern.TRUNK_FLEXION, Pattern.TRUNK_ROTATION)
LAST_RESORT = "breathing_drill"
"""Warm-up and cool-down are picked from these, the first permitted; walking and breathing load no joint."""


def training_day(session: Session, period: Period, may: Bools, weight_kg: float) -> TrainingDay:
    """The finished day. Its load is exactly its effort times its minutes, as printed."""
    lines = [*_warm_up(session, may), *session.lines, *_cool_down(session, may)]
    exact = sum(line.minutes for line in lines)
    minutes = round(exact, 1)
    rpe = round(sum(line.load for line in lines) / exact, 2)
    on = period.first + timedelta(days=session.slot.day)
    return TrainingDay(
        date=on,
        weekday=WEEKDAYS[on.weekday()],
        session_type=session_type(session),
        minutes=minutes,
        kcal=round(sum(line.kcal(weight_kg) for line in lines), 1),
        rpe=rpe,
        load=round(rpe * minutes, 1),
        exercises=tuple(_exercise(line) for line in lines),
    )


def _exercise(line: Line) -> Exercise:
    catalogue = load_catalogue()
    return Exercise(
        exercise_id=catalogue.ids[line.row],
        name=catalogue.names[line.row],
        sets=line.sets,
        reps=line.reps or None,
        seconds=float(line.seconds) or None,
        distance_m=float(line.metres) or None,
        load_kg=line.load_kg,
        pace_s_per_km=line.pace_s_per_km,
        rpe=line.rpe,
        rest_s=line.rest_s,
        note=_note(line),
    )


def _note(line: Line) -> str:
    if line.part in (Part.WARM_UP, Part.COOL_DOWN):
        return str(line.part)
    return line.note


def _warm_up(session: Session, may: Bools) -> list[Line]:
    warm, _ = overhead(session.main, session.slot.recovery)
    if not warm:
        return []
    raise_min = max(1, warm // 2 + warm % 2)
    raiser = _first(RAISERS, may, 1)
    loose = _first(LOOSENERS[session.slot.focus], may, max(1, min(DRILLS, warm - raise_min)))
    return [
        *_spread(raiser, raise_min, Part.WARM_UP, WARM_EFFORT),
        *_spread(loose, warm - raise_min, Part.WARM_UP, WARM_EFFORT),
    ]


def _cool_down(session: Session, may: Bools) -> list[Line]:
    _, cool = overhead(session.main, session.slot.recovery)
    return _spread(_first(STRETCHES[session.slot.focus], may, 2), cool, Part.COOL_DOWN, COOL_EFFORT)


def _first(names: tuple[str, ...], may: Bools, number: int) -> list[int]:
    row_of = load_catalogue().row_of
    rows = [row_of[name] for name in names if may[row_of[name]]]
    return rows[:number] or [row_of[LAST_RESORT]]


def _spread(rows: list[int], minutes: int, part: Part, rpe: float) -> list[Line]:
    """The minutes in equal parts, to the second."""
    catalogue = load_catalogue()
    each = [60 * minutes // len(rows)] * len(rows)
    return [
        Line(
            row=row,
            part=part,
            sets=1,
            seconds=seconds,
            work_s=float(seconds),
            rpe=rpe,
            met=float(catalogue.met[row]),
            rest_met=float(catalogue.met[row]),
        )
        for row, seconds in zip(rows, each, strict=True)
        if seconds
    ]


def session_type(session: Session) -> str:
    """Words for what the day holds: "upper_body_and_threshold_run"."""
    if session.slot.recovery:
        return "recovery"
    words = []
    parts = {line.part: line for line in reversed(session.lines)}
    if Part.RESISTANCE in parts:
        words.append(_half(session))
    if Part.HARD in parts and session.slot.hard is not None:
        words.append(f"{session.slot.hard}_{_mode(parts[Part.HARD])}")
    if Part.RUCK in parts:
        words.append("ruck_march")
    if Part.EASY in parts:
        length = "long" if session.slot.long else "easy"
        words.append(f"{length}_{_mode(parts[Part.EASY])}")
    return "_and_".join(words)


def _half(session: Session) -> str:
    """What the resistance part trains: both halves of the body, one, or the trunk alone."""
    masks = focus_masks()
    rows = [line.row for line in session.lines if line.part is Part.RESISTANCE]
    if all(load_catalogue().patterns[row] in TRUNK for row in rows):
        return "trunk"
    for focus in (Focus.LOWER, Focus.UPPER):
        if all(masks[focus][row] for row in rows):
            return str(focus)
    return str(Focus.FULL)


def _mode(line: Line) -> str:
    pattern = load_catalogue().patterns[line.row]
    return {Pattern.SPRINT: "run", Pattern.BIKE: "ride"}.get(pattern, str(pattern))
