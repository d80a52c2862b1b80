"""Days that miss a limit of the day, mended by the changes that cost the week least."""

from __future__ import annotations

import numpy as np

from planners.nutrition.changes import changes_of, gains, make_change
from planners.nutrition.options import Options
from planners.nutrition.table import Table

ROUNDS = 30
SMALL_MISS = 1e-3  # share of a day's limit that is let be


def mend_days(options: Options, table: Table) -> None:
    """Change single servings of the worst day until every day keeps its limits or nothing helps."""
    for _ in range(ROUNDS):
        missed = table.day_misses(table.day_total)
        day = int(np.argmax(missed))
        if missed[day] <= SMALL_MISS or not _mend_day(options, table, day):
            return


def _mend_day(options: Options, table: Table, day: int) -> bool:
    """Make the best change of one serving of a day; False when none betters it."""
    places = np.arange(len(table.option))
    changes = changes_of(options, table, places, np.full(len(places), day))
    gain = gains(options, table, changes)
    best = int(np.argmin(gain))
    if gain[best] > -1e-6:
        return False
    make_change(table, changes, best)
    return True
