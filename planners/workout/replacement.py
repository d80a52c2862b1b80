"""The line of another exercise in the place of one: sets, repetitions and effort carried over."""

from __future__ import annotations

from dataclasses import replace

from planners.workout.aerobic import hard_line, steady_line
from planners.workout.catalog import load_catalogue
from planners.workout.exchange import Laid, room
from planners.workout.formulas import MOST_REPS, fraction_for
from planners.workout.implements import implements, rounded
from planners.workout.line import Line, Part
from planners.workout.resistance import DELOAD_LOAD, growth, resistance_line, sure
from planners.workout.scheme import Kind, exercised, kinds
from planners.workout.vocabulary import Basis

SAME_DOSE = (Kind.MAIN, Kind.ACCESSORY)
"""Kinds whose repetitions and effort mean the same."""
LEAST_SETS = 1


def replacement(laid: Laid, lines: list[Line], at: int, row: int) -> list[Line] | None:
    """The session's lines with exercise `row` at place `at`; fewer sets where the day has no room for all.

    None when not even one set fits, or the exercise cannot be done for the minutes.
    """
    old = lines[at]
    new = _resistance(laid, old, row) if old.part is Part.RESISTANCE else _aerobic(laid, old, row)
    if new is None:
        return None
    changed = [*lines[:at], new, *lines[at + 1 :]]
    while room(laid, changed) < -1e-9 and new.sets > LEAST_SETS:
        new.sets -= 1
    return changed if room(laid, changed) >= -1e-9 else None


def _resistance(laid: Laid, old: Line, row: int) -> Line:
    """Sets of `old`; its repetitions and effort too where both are lifts; the load from the new 1RM."""
    trainee, light = laid.now.trainee, laid.period.deload
    weeks = 0 if row in laid.now.learned.own else laid.loading_weeks
    line = resistance_line(row, old.sets, trainee, laid.phase, weeks, light=light)
    kind = kinds()[row]
    if kind not in SAME_DOSE or kinds()[old.row] not in SAME_DOSE:
        return replace(line, rpe=old.rpe, rest_s=old.rest_s)
    exercise = exercised()[row]
    load = line.load_kg
    if exercise.basis is not Basis.FIXED:
        trust = sure(float(trainee.certain[row]), weeks)
        most = float(trainee.capacity[row]) * growth(kind, trainee.level, weeks) * trust
        share = fraction_for(min(old.reps + 10 - old.rpe, MOST_REPS)) * (DELOAD_LOAD if light else 1.0)
        load = rounded(most * share, implements()[row])
    work = old.reps * exercise.seconds_per_rep * exercise.sides
    return replace(line, reps=old.reps, rpe=old.rpe, rest_s=old.rest_s, work_s=work, load_kg=load)


def _aerobic(laid: Laid, old: Line, row: int) -> Line | None:
    """The same minutes at the same effort."""
    if old.part is Part.EASY:
        return steady_line(row, Part.EASY, old.minutes, old.rpe, laid.now.ability)
    quality = laid.session.slot.hard
    line = hard_line(row, quality, old.minutes, laid.now.ability) if quality is not None else None
    return None if line is None else replace(line, rpe=old.rpe)


def named(row: int) -> str:
    """The exercise's name."""
    return load_catalogue().names[row]
