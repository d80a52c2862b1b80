"""The Navy Physical Readiness Test: the mean of three events of 45-100 points."""

from __future__ import annotations

from planners.spec import FitnessTest, Standard
from planners.workout.tests.rules import Combine, Grade, PassRule, Rules, counted, held, timed

PRT = Rules(
    test=FitnessTest.NAVY_PRT,
    title="Navy Physical Readiness Test",
    chart="navy_prt",
    version="January 2024, below 5,000 ft",
    source="Navy Physical Readiness Program, Guide 5",
    groups=(
        (counted("push_ups", "push-ups in two minutes", most=220),),
        (held("plank", "forearm plank"),),
        (timed("run_1_5mi", "1.5-mile run", least=335),),
    ),
    minimum=dict.fromkeys(("push_ups", "plank", "run_1_5mi"), 45.0),
    combine=Combine.MEAN,
    standards={Standard.GENERAL: PassRule(total=45)},
    most_total=100,
    grades=(
        Grade(name="outstanding", level="high", total=100),
        Grade(name="outstanding", level="medium", total=95),
        Grade(name="outstanding", level="low", total=90),
        Grade(name="excellent", level="high", total=85),
        Grade(name="excellent", level="medium", total=80),
        Grade(name="excellent", level="low", total=75),
        Grade(name="good", level="high", total=70),
        Grade(name="good", level="medium", total=65),
        Grade(name="good", level="low", total=60),
        Grade(name="satisfactory", level="high", total=55),
        Grade(name="satisfactory", level="medium", total=50),
        Grade(name="probationary", total=45),
    ),
    altitude_limit_ft=5_000,
)
