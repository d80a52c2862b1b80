"""The Air Force fitness assessment, and the Space Force's on the same charts without the waist."""

from __future__ import annotations

from planners.spec import FitnessTest, Standard
from planners.workout.tests.rules import Combine, Event, Grade, PassRule, Rules, Unit, counted, held, timed

CARDIO = (
    timed("run_2mi", "two-mile run", least=470),
    # 247 shuttles complete the last level of the 20 m test.
    counted("hamr", "high aerobic multi-shuttle run, 20 m", most=247, unit=Unit.SHUTTLES),
)
WAIST = (
    Event(
        name="waist_to_height",
        text="waist-to-height ratio",
        unit=Unit.RATIO,
        lower_is_better=True,
        least=0.25,
        most=1.5,
    ),
)
STRENGTH = (
    counted("push_ups", "push-ups in one minute", most=150),
    counted("hand_release_push_ups", "hand-release push-ups in two minutes", most=130),
)
CORE = (
    counted("sit_ups", "sit-ups in one minute", most=120),
    counted("cross_leg_reverse_crunch", "cross-leg reverse crunches in two minutes", most=250),
    held("plank", "forearm plank"),
)
MINIMUM = (
    {event.name: 35.0 for event in CARDIO}
    | {event.name: 2.5 for event in WAIST}
    | {event.name: 2.5 for event in STRENGTH + CORE}
)
VERSION = "1 March 2026"
SOURCE = "Department of the Air Force physical fitness charts"

PFRA = Rules(
    test=FitnessTest.USAF_PFRA,
    title="Air Force Physical Fitness Readiness Assessment",
    chart="usaf_pfra",
    version=VERSION,
    source=SOURCE,
    groups=(CARDIO, WAIST, STRENGTH, CORE),
    minimum=MINIMUM,
    combine=Combine.SUM,
    standards={Standard.GENERAL: PassRule(total=75)},
    most_total=100,
    grades=(Grade(name="excellent", total=90), Grade(name="satisfactory", total=75)),
)

HPA = Rules(
    test=FitnessTest.USSF_HPA,
    title="Space Force Human Performance Assessment",
    chart="usaf_pfra",
    version=VERSION,
    source=SOURCE,
    groups=(CARDIO, STRENGTH, CORE),
    minimum={name: points for name, points in MINIMUM.items() if name != "waist_to_height"},
    combine=Combine.SUM,
    standards={Standard.GENERAL: PassRule(total=60)},
    most_total=80,
)
