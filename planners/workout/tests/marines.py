"""The Marine Corps' Physical Fitness Test and Combat Fitness Test, with their charts for altitude."""

from __future__ import annotations

from planners.spec import FitnessTest, Standard
from planners.workout.tests.rules import Combine, Grade, PassRule, Rules, counted, held, timed

CLASSES = (
    Grade(name="first_class", total=235),
    Grade(name="second_class", total=200),
    Grade(name="third_class", total=150),
)

PFT = Rules(
    test=FitnessTest.USMC_PFT,
    title="Marine Corps Physical Fitness Test",
    chart="usmc_pft",
    version="MCO 6100.13A CH-3, plank CH-4; combat arms from 1 January 2026",
    source="MCO 6100.13A",
    groups=(
        (counted("pull_ups", "pull-ups", most=100), counted("push_ups", "push-ups in two minutes", most=220)),
        (held("plank", "forearm plank"),),
        (timed("run_3mi", "three-mile run", least=720), timed("row_5k", "5 km row", least=850)),
    ),
    # The charts begin with the minimum: 40 points, and 60 for the pull-ups of women.
    minimum=dict.fromkeys(("pull_ups", "push_ups", "plank", "run_3mi", "row_5k"), 40.0),
    combine=Combine.SUM,
    standards={Standard.GENERAL: PassRule(total=150), Standard.COMBAT: PassRule(total=210, male_charts=True)},
    most_total=300,
    grades=CLASSES,
)

CFT = Rules(
    test=FitnessTest.USMC_CFT,
    title="Marine Corps Combat Fitness Test",
    chart="usmc_cft",
    version="MCO 6100.13A CH-3",
    source="MCO 6100.13A",
    groups=(
        (timed("MTC", "movement to contact, 880 yd", least=98, most=3_600),),
        (counted("AL", "ammo-can lifts in two minutes", most=200),),
        (timed("MANUF", "maneuver under fire, 300 yd", least=75, most=3_600),),
    ),
    minimum=dict.fromkeys(("MTC", "AL", "MANUF"), 40.0),
    combine=Combine.SUM,
    standards={Standard.GENERAL: PassRule(total=150)},
    most_total=300,
    grades=CLASSES,
)

ROW_FROM_AGE = 46
"""The row is for Marines of this age and older, or with a medical waiver."""
