"""Energy of training."""

from __future__ import annotations

from planners.workout.formulas.valid import within


def met_kcal(met: float, weight_kg: float, minutes: float) -> float:
    """Energy of an activity, resting included.

    kcal = MET · 3.5 · kg / 200 · minutes

    | symbol | name | meaning | unit |
    | --- | --- | --- | --- |
    | MET | met | multiple of resting metabolism, 0.9-23 | 1 |
    | kg | weight_kg | body mass, 20-300 | kg |

    Source: Compendium of Physical Activities 2011, doi:10.1249/MSS.0b013e31821ece12. Check: 9.8 MET, 80 kg,
    30 min → 411.6 kcal.
    """
    within("met", met, 0.9, 23)
    within("weight_kg", weight_kg, 20, 300)
    within("minutes", minutes, 0, 1_440)
    return met * 3.5 * weight_kg / 200 * minutes
