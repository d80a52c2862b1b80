"""Lines of aerobic work: how long or how many repeats, at what pace."""

from __future__ import annotations

from collections.abc import Mapping

from planners.workout.ability import Ability
from planners.workout.catalog import load_catalogue
from planners.workout.formulas import Zone, oxygen_cost, pace_s_per_km
from planners.workout.line import Line, Part
from planners.workout.vocabulary import RUNNING, Basis, LoadType, Pattern, Quality

REPEATS: Mapping[str, tuple[int, int, int]] = {
    "strides": (100, 45, 8),
    "hill_sprint": (12, 75, 10),
    "sprint_30_60": (30, 60, 10),
    "sprint_60_120": (60, 120, 10),
    "shuttle_sprint": (50, 40, 12),
    "shuttle_300": (300, 150, 5),
    "lateral_shuffle": (50, 45, 8),
    "hamr_shuttle": (240, 120, 4),
    "sprint_drag_carry": (250, 180, 4),
    "sprint_drag_carry_sandbag": (250, 180, 4),
    "sprint_carry_dumbbell": (250, 150, 5),
    "sprint_carry_kettlebell": (250, 150, 5),
    "maneuver_under_fire": (274, 240, 4),
    "movement_to_contact": (805, 240, 3),
    "run_400": (400, 100, 10),
    "run_800": (800, 150, 6),
    "run_threshold_1k": (1000, 75, 6),
    "row_intervals": (500, 90, 8),
    "row_time_trial": (2000, 120, 2),
    "swim_intervals": (50, 30, 20),
    "bike_intervals": (60, 60, 12),
    "deep_water_intervals": (60, 60, 12),
    "rope_intervals": (30, 30, 20),
}
"""Work of one repeat in s or m, rest in s, most repeats. The 30:60 and 60:120 runs are FM 7-22's (2012) [S];
the others are usual sessions [G]."""

EFFORT: Mapping[Quality, float] = {
    Quality.AEROBIC: 3.5,
    Quality.THRESHOLD: 7.0,
    Quality.SPEED: 8.0,
    Quality.RUCK: 5.0,
}
RECOVERY_EFFORT = 2.5
STANDING_MET = 3.0
RUN_MET = (5.0, 18.0)
MARCH_S_PER_KM = {Basis.WALK: 600.0, Basis.RUCK: 590.0}
"""Brisk walk 3.7 mph; march of about 16 minutes a mile [G]."""
WALK_TO_EASY_RUN = 1.15
"""Nobody is sent to walk at less than so many times the pace of the own easy run [G]."""
ZONES = {
    Basis.PACE_E: Zone.EASY,
    Basis.PACE_T: Zone.THRESHOLD,
    Basis.PACE_I: Zone.INTERVAL,
    Basis.PACE_R: Zone.REPETITION,
}
SHORTEST_STEADY_MIN, SHORTEST_HARD_MIN = 10, 4
"""Shorter parts are left out."""


def runs_easily(ability: Ability) -> bool:
    """False for whom the easy run would be slower than a brisk walk."""
    return pace_s_per_km(ability.vdot, Zone.EASY) <= MARCH_S_PER_KM[Basis.WALK]


def shortest_steady(main: float) -> float:
    """An easy part shorter than this is left out: 10 minutes, less in a short session."""
    return min(SHORTEST_STEADY_MIN, max(4.0, 0.3 * main))


def pace_of(row: int, ability: Ability) -> float | None:
    """Seconds a kilometre, to whole seconds; None for work that has no pace."""
    catalogue = load_catalogue()
    basis = catalogue.bases[row]
    if basis in MARCH_S_PER_KM:
        pace = MARCH_S_PER_KM[basis]
        if basis is Basis.WALK:
            pace = max(pace, WALK_TO_EASY_RUN * pace_s_per_km(ability.vdot, Zone.EASY))
        return round(pace * float(catalogue.ratio[row]))
    if basis not in ZONES:
        return None
    return round(pace_s_per_km(ability.vdot, ZONES[basis]) * float(catalogue.ratio[row]))


def met_of(row: int, pace: float | None) -> float:
    """The catalogue's MET; for a run at a pace, the oxygen it takes over 3.5 ml/kg/min."""
    catalogue = load_catalogue()
    if pace is None or catalogue.patterns[row] is not Pattern.RUN:
        return float(catalogue.met[row])
    least, most = RUN_MET
    return min(max(oxygen_cost(min(max(60_000 / pace, 60.0), 440.0)) / 3.5, least), most)


def steady_line(row: int, part: Part, minutes: float, rpe: float, ability: Ability) -> Line:
    """One stretch of whole minutes."""
    pace = pace_of(row, ability)
    seconds = 60 * max(1, int(minutes + 1e-6))
    met = met_of(row, pace)
    return Line(
        row=row,
        part=part,
        sets=1,
        seconds=seconds,
        work_s=float(seconds),
        pace_s_per_km=pace,
        rpe=rpe,
        met=met,
        rest_met=STANDING_MET,
    )


def hard_line(row: int, quality: Quality, minutes: float, ability: Ability) -> Line | None:
    """Hard work of about so many minutes: repeats where the exercise is done in repeats.

    None when not even two repeats, or four steady minutes, fit.
    """
    catalogue = load_catalogue()
    name = catalogue.ids[row]
    if name not in REPEATS:
        if minutes < SHORTEST_HARD_MIN:
            return None
        return steady_line(row, Part.HARD, minutes, EFFORT[quality], ability)
    amount, rest, most = REPEATS[name]
    pace = pace_of(row, ability)
    distance = catalogue.load_types[row] is LoadType.DISTANCE
    a_unit = pace / 1000 if pace is not None else float(catalogue.seconds_per_rep[row])
    work_s = amount * a_unit if distance else float(amount)
    sets = min(most, int((minutes * 60 - float(catalogue.setup_s[row])) / (work_s + rest)))
    if sets < 2:
        return None
    return Line(
        row=row,
        part=Part.HARD,
        sets=sets,
        metres=amount if distance else 0,
        seconds=0 if distance else amount,
        work_s=work_s,
        rest_s=rest,
        setup_s=float(catalogue.setup_s[row]),
        load_kg=float(catalogue.ratio[row]) if catalogue.bases[row] is Basis.FIXED else None,
        pace_s_per_km=pace,
        rpe=EFFORT[quality],
        met=met_of(row, pace),
        rest_met=STANDING_MET,
        least=2,
    )


def march_line(row: int, metres: int, load_kg: float, ability: Ability) -> Line:
    """A march under load."""
    catalogue = load_catalogue()
    pace = pace_of(row, ability) or MARCH_S_PER_KM[Basis.RUCK]
    return Line(
        row=row,
        part=Part.RUCK,
        sets=1,
        metres=metres,
        work_s=metres * pace / 1000,
        setup_s=float(catalogue.setup_s[row]),
        load_kg=load_kg,
        pace_s_per_km=pace,
        rpe=EFFORT[Quality.RUCK],
        met=float(catalogue.met[row]),
        rest_met=STANDING_MET,
    )


def running_metres(line: Line) -> float:
    """Metres that a line is run; 0 for what is not running."""
    if line.part not in (Part.HARD, Part.EASY):
        return 0.0
    if load_catalogue().patterns[line.row] not in RUNNING:
        return 0.0
    if line.metres:
        return float(line.sets * line.metres)
    return line.sets * line.seconds * 1000 / line.pace_s_per_km if line.pace_s_per_km else 0.0
