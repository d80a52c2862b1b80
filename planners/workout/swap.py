"""One exercise or one session of a plan replaced by another, all else held, every rule kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from planners.errors import FieldError, Infeasible, InvalidRequest
from planners.plan import WorkoutPlan
from planners.spec import WorkoutRequest
from planners.workout.alternatives import (
    OFFERED,
    Alternative,
    alternative,
    candidates,
    exercise_alternatives,
    place_of,
)
from planners.workout.catalog import load_catalogue
from planners.workout.exchange import Laid, lay_out, with_lines
from planners.workout.line import Line
from planners.workout.refused import why_not
from planners.workout.replacement import named, replacement

SEEDS_TRIED = 12


def swap_exercise(
    request: WorkoutRequest, plan: WorkoutPlan, *, on: date, exercise_id: str, to: str | None = None
) -> WorkoutPlan:
    """The plan with one exercise of a day replaced: by `to`, or by the likest alternative.

    Sets, repetitions and effort are carried over; the load comes from the new exercise's own maximum.

    Raises
    ------
    InvalidRequest
        When the day has no such exercise or is lived, or `to` is none that this member may do in its place.
    Infeasible
        When no rule-abiding plan has it there.
    """
    if to is None:
        found = exercise_alternatives(request, plan, on, exercise_id)
        if not found:
            raise Infeasible([f"No other exercise can stand for {exercise_id} here with every rule kept."])
        return found[0].plan
    laid = lay_out(request, plan, on)
    at = place_of(laid, exercise_id)
    row = load_catalogue().row_of.get(to)
    if row is None or row not in candidates(laid, at):
        text = f"{to} {why_not(laid, exercise_id, to)}"
        raise InvalidRequest([FieldError(pointer="/to", detail=text)])
    lines = replacement(laid, laid.session.lines, at, row)
    changed = with_lines(laid, lines) if lines is not None else None
    if changed is None:
        raise Infeasible([f"With {named(row)} in its place not every rule of the plan can be kept."])
    return changed


def swap_session(request: WorkoutRequest, plan: WorkoutPlan, *, on: date, seed: int = 1) -> WorkoutPlan:
    """The plan with one session made of other exercises for the same purpose; another seed, another session.

    Raises
    ------
    InvalidRequest
        When the plan has no session on that day, or it is lived.
    Infeasible
        When no other exercise can stand anywhere in it.
    """
    made = _other_session(lay_out(request, plan, on), seed)
    if made is None:
        raise Infeasible(["No exercise of this session can be replaced with every rule kept."])
    return made[0]


def session_alternatives(request: WorkoutRequest, plan: WorkoutPlan, on: date) -> tuple[Alternative, ...]:
    """Up to five sessions that could stand instead of one. Raises InvalidRequest as `swap_session`."""
    laid = lay_out(request, plan, on)
    found: dict[tuple[int, ...], Alternative] = {}
    for seed in range(1, SEEDS_TRIED + 1):
        made = _other_session(laid, seed)
        if made is None:
            break
        changed, lines = made
        key = tuple(line.row for line in lines)
        if key not in found:
            found[key] = replace(alternative(laid, changed, lines, None), seed=seed)
        if len(found) == OFFERED:
            break
    return tuple(found.values())


def _other_session(laid: Laid, seed: int) -> tuple[WorkoutPlan, list[Line]] | None:
    """Every line replaced in its turn where that keeps every rule; None when none can be."""
    lines: list[Line] = list(laid.session.lines)
    plan = None
    for at in range(len(lines)):
        rows = candidates(laid, at)
        turn = seed % len(rows) if rows else 0
        for row in [*rows[turn:], *rows[:turn]][:OFFERED]:
            if any(line.row == row for line in lines):
                continue
            tried = replacement(laid, lines, at, row)
            changed = with_lines(laid, tried) if tried is not None else None
            if changed is not None and tried is not None:
                lines, plan = tried, changed
                break
    return None if plan is None else (plan, lines)
