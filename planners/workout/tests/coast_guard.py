"""The Coast Guard Physical Fitness Test: pass or fail by event.

Of its standards the push-ups are known for every age, the plank and the run for men under 30; the rest,
the 12-minute swim and the 2 km row are not known and are answered so.
"""

from __future__ import annotations

from planners.spec import FitnessTest, Standard
from planners.workout.tests.rules import Combine, PassRule, Rules, counted, held, timed

PFT = Rules(
    test=FitnessTest.USCG_PFT,
    title="Coast Guard Physical Fitness Test",
    chart="uscg_pft",
    version="1 July 2026, in part",
    source="not published in full; the parts that are known, from secondary pages",
    groups=(
        (counted("push_ups", "push-ups in one minute", most=150),),
        (held("plank", "forearm plank"),),
        (timed("run_1_5mi", "1.5-mile run", least=335),),
    ),
    minimum=dict.fromkeys(("push_ups", "plank", "run_1_5mi"), 1.0),
    combine=Combine.NONE,
    standards={Standard.GENERAL: PassRule(total=0)},
    most_total=0,
)
