"""The Army Fitness Test: five events of 0-100 points, by sex and age, or sex-neutral in combat."""

from __future__ import annotations

from planners.spec import FitnessTest, Standard
from planners.workout.tests.rules import Combine, Grade, PassRule, Rules, Unit, counted, held, timed

AFT = Rules(
    test=FitnessTest.AFT,
    title="Army Fitness Test",
    chart="aft",
    version="1 June 2025",
    source="HQDA EXORD 218-25, Annex B; body-fat exemption: Army Directive 2025-17",
    groups=(
        (counted("MDL", "three-repetition maximum deadlift", most=1_000, unit=Unit.POUNDS),),
        (counted("HRP", "hand-release push-ups in two minutes", most=130),),
        (timed("SDC", "sprint-drag-carry, 5 × 50 m", least=60, most=1_800),),
        (held("PLK", "plank"),),
        (
            timed("2MR", "two-mile run", least=470),
            timed("walk_2_5mi", "2.5-mile walk, alternate", least=840, go_no_go=True),
            timed("bike_12km", "12 km bike, alternate", least=560, go_no_go=True),
            timed("swim_1km", "1 km swim, alternate", least=530, go_no_go=True),
            timed("row_5km", "5 km row, alternate", least=850, go_no_go=True),
        ),
    ),
    minimum=dict.fromkeys(
        ("MDL", "HRP", "SDC", "PLK", "2MR", "walk_2_5mi", "bike_12km", "swim_1km", "row_5km"), 60.0
    ),
    combine=Combine.SUM,
    standards={Standard.GENERAL: PassRule(total=300), Standard.COMBAT: PassRule(total=350, male_charts=True)},
    most_total=500,
    grades=(Grade(name="body_fat_exempt", total=465, each=80, alternates=False),),
)
