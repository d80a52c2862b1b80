"""Is the exercise catalogue believable? What the reader cannot refuse, but a coach would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planners.spec import Equipment, Level, Restriction
from planners.workout.aerobic import REPEATS
from planners.workout.catalog import GRADES, MUSCLES, TESTED, Catalogue
from planners.workout.finish import LAST_RESORT, LOOSENERS, RAISERS, STRETCHES
from planners.workout.menu import NOT_EASY, STROLLS
from planners.workout.permitted import permitted, trainable
from planners.workout.scheme import POWER_LIFTS
from planners.workout.session import GROUPS
from planners.workout.vocabulary import RUNNING, Basis, Grade, Joint, LoadType, Pattern

LEAST_EXERCISES = 180
LEAST_LEFT = 25
LEAST_TRANSFER = 0.9

MUST_LOAD = {
    Pattern.RUN: (Joint.KNEE, Joint.HIP, Joint.ANKLE),
    Pattern.SPRINT: (Joint.KNEE, Joint.HIP, Joint.ANKLE),
    Pattern.SHUTTLE: (Joint.KNEE, Joint.HIP, Joint.ANKLE),
    Pattern.MARCH: (Joint.KNEE, Joint.HIP, Joint.ANKLE, Joint.LOWER_BACK, Joint.SHOULDER),
    Pattern.SQUAT: (Joint.KNEE, Joint.HIP),
    Pattern.LUNGE: (Joint.KNEE, Joint.HIP, Joint.ANKLE),
    Pattern.HINGE: (Joint.HIP,),
    Pattern.HORIZONTAL_PUSH: (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST),
    Pattern.VERTICAL_PUSH: (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST),
    Pattern.VERTICAL_PULL: (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST),
    Pattern.HORIZONTAL_PULL: (Joint.SHOULDER,),
    Pattern.JUMP: (Joint.KNEE, Joint.ANKLE),
    Pattern.ROPE: (Joint.KNEE, Joint.ANKLE),
    Pattern.CARRY: (Joint.SHOULDER,),
    Pattern.BIKE: (Joint.KNEE,),
}
"""Joints that no exercise of a pattern spares."""
OVERHEAD = (Pattern.VERTICAL_PUSH, Pattern.VERTICAL_PULL)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One doubt: the exercise, or "" for the catalogue, and a sentence."""

    exercise_id: str
    text: str


def findings(catalogue: Catalogue) -> list[Finding]:
    """Everything doubtful; an empty list is a sound catalogue."""
    checks: tuple[Callable[[Catalogue], Iterator[Finding]], ...] = (
        _size,
        _joints,
        _strain,
        _chains,
        _doses,
        _names,
        _tested,
        _coverage,
    )
    return [finding for check in checks for finding in check(catalogue)]


def _size(catalogue: Catalogue) -> Iterator[Finding]:
    if len(catalogue) < LEAST_EXERCISES:
        yield Finding(exercise_id="", text=f"only {len(catalogue)} exercises, not {LEAST_EXERCISES}")
    for m, muscle in enumerate(MUSCLES):
        if not catalogue.primary[:, m].any():
            yield Finding(exercise_id="", text=f"no exercise trains the {muscle}")
    for e, item in enumerate(Equipment):
        if not catalogue.needs[:, e].any():
            yield Finding(exercise_id="", text=f"no exercise uses the {item}")


def _joints(catalogue: Catalogue) -> Iterator[Finding]:
    """A pattern's joints are all named."""
    order = tuple(Joint)
    for i, pattern in enumerate(catalogue.patterns):
        for joint in MUST_LOAD.get(pattern, ()):
            if not catalogue.joints[i, order.index(joint)]:
                yield Finding(
                    exercise_id=catalogue.ids[i], text=f"is a {pattern} but does not name the {joint}"
                )


def _strain(catalogue: Catalogue) -> Iterator[Finding]:
    """Impact, overhead work and load on the spine go with the pattern."""
    moderate, high = GRADES.index(Grade.MODERATE), GRADES.index(Grade.HIGH)
    back = tuple(Joint).index(Joint.LOWER_BACK)
    for i, (name, pattern) in enumerate(zip(catalogue.ids, catalogue.patterns, strict=True)):
        if pattern in (Pattern.JUMP, Pattern.ROPE) and catalogue.impact[i] < high:
            yield Finding(exercise_id=name, text="jumps, so its impact is high")
        if pattern in (Pattern.RUN, Pattern.SPRINT) and catalogue.impact[i] < moderate:
            yield Finding(exercise_id=name, text="is a run, so its impact is moderate")
        if pattern in OVERHEAD and not catalogue.overhead[i]:
            yield Finding(exercise_id=name, text=f"is a {pattern}, so it is overhead")
        if catalogue.spinal_load[i] >= moderate and not catalogue.joints[i, back]:
            squats = catalogue.load_types[i] is LoadType.KG
            if not squats:
                yield Finding(exercise_id=name, text="loads the spine but does not name the lower back")
        if catalogue.primary[i] @ catalogue.secondary[i]:
            yield Finding(exercise_id=name, text="names a muscle as primary and as secondary")


def _chains(catalogue: Catalogue) -> Iterator[Finding]:
    """Progressions are no easier in level, and no chain of them comes back to its start."""
    for i, name in enumerate(catalogue.ids):
        harder = int(catalogue.progression[i])
        if harder >= 0 and catalogue.level[harder] < catalogue.level[i]:
            yield Finding(exercise_id=name, text=f"progresses to {catalogue.ids[harder]} of a lower level")
        easier = int(catalogue.regression[i])
        if easier >= 0 and catalogue.level[easier] > catalogue.level[i]:
            yield Finding(exercise_id=name, text=f"regresses to {catalogue.ids[easier]} of a higher level")
        for links in (catalogue.progression, catalogue.regression):
            if _returns(links.tolist(), i):
                yield Finding(exercise_id=name, text="is on a chain that comes back to it")


def _returns(links: list[int], start: int) -> bool:
    at = links[start]
    for _ in links:
        if at in (-1, start):
            break
        at = links[at]
    return at == start


def _doses(catalogue: Catalogue) -> Iterator[Finding]:
    """A load has a basis to reckon it from."""
    for i, name in enumerate(catalogue.ids):
        if catalogue.load_types[i] is LoadType.KG and catalogue.bases[i] is Basis.NONE:
            yield Finding(exercise_id=name, text="has a load but no basis to reckon it from")
        paced = catalogue.bases[i] in (Basis.PACE_E, Basis.PACE_T, Basis.PACE_I, Basis.PACE_R)
        if paced and catalogue.patterns[i] not in RUNNING:
            yield Finding(exercise_id=name, text="has a running pace but is no run")


def _names(catalogue: Catalogue) -> Iterator[Finding]:
    """Exercises that the planner calls by name are there."""
    called = {
        *REPEATS,
        *POWER_LIFTS,
        *RAISERS,
        *STROLLS,
        *NOT_EASY,
        LAST_RESORT,
        *(name for names in (*LOOSENERS.values(), *STRETCHES.values()) for name in names),
    }
    for name in sorted(called - set(catalogue.ids)):
        yield Finding(exercise_id=name, text="is called by the planner but is not in the catalogue")
    for name, found in zip(catalogue.ids, catalogue.names, strict=True):
        if not name.replace("_", "").isalnum() or name != name.lower() or found != found.strip():
            yield Finding(exercise_id=name, text="has an odd id or name")


def _tested(catalogue: Catalogue) -> Iterator[Finding]:
    """Every tested movement is itself in the catalogue."""
    for f, movement in enumerate(TESTED):
        if catalogue.transfer[:, f].max() < LEAST_TRANSFER:
            yield Finding(exercise_id="", text=f"no exercise is the {movement} itself")


def _coverage(catalogue: Catalogue) -> Iterator[Finding]:
    """With nothing but body weight there is something for every movement; one restriction leaves enough."""
    bare = permitted(frozenset(), Level.NOVICE, frozenset())
    for group in GROUPS:
        if not (bare & catalogue.of_pattern(*group)).any():
            yield Finding(exercise_id="", text=f"no {group[0]} without equipment for a novice")
    everything = frozenset(Equipment)
    for restriction in Restriction:
        may = trainable(permitted(everything, Level.INTERMEDIATE, frozenset({restriction})))
        if int(may.sum()) < LEAST_LEFT:
            yield Finding(exercise_id="", text=f"{restriction} leaves {int(may.sum())} exercises")
