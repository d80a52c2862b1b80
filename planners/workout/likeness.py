"""Which exercises can stand for another, the likest first.

    like(a, b) = Σ_m min(s_a,m , s_b,m) / Σ_m max(s_a,m , s_b,m) + 0.3 [same way of dosing] + 0.2 transfer

with s 1 for a primary and ½ for a secondary muscle. Candidates are of the same movement pattern and share at
least half of the primary muscles; of aerobic work, they train the same quality. Only what equipment, level,
restrictions, exclusions and ability allow is ever a candidate.
"""

from __future__ import annotations

import numpy as np

from planners.workout.aerobic import REPEATS
from planners.workout.catalog import Floats, load_catalogue
from planners.workout.choice import INDIRECT
from planners.workout.line import Line, Part
from planners.workout.menu import NOT_EASY, STROLLS
from planners.workout.prepare import Prepared
from planners.workout.scheme import Kind, kinds
from planners.workout.vocabulary import AEROBIC_MODES, Quality

SAME_KIND, SAME_TRANSFER = 0.3, 0.2
SHARED = 0.5


def alike(prepared: Prepared, line: Line, quality: Quality | None) -> list[int]:
    """Rows that can stand for the line's exercise, the likest first; itself is not among them.

    Parameters
    ----------
    quality : of the session's hard part.
    """
    catalogue = load_catalogue()
    row = line.row
    if line.part is Part.RESISTANCE:
        resistance = np.array(kinds()) != Kind.NONE
        same = catalogue.of_pattern(catalogue.patterns[row])
        shared = (catalogue.primary & catalogue.primary[row]).sum(axis=1)
        enough = shared >= SHARED * catalogue.primary[row].sum()
        may = prepared.fits & resistance & same & enough
    elif line.part in (Part.HARD, Part.EASY):
        wanted = quality if line.part is Part.HARD and quality is not None else Quality.AEROBIC
        named = np.array([name in (*STROLLS, *NOT_EASY) for name in catalogue.ids], dtype=np.bool_)
        may = prepared.may & catalogue.of_pattern(*AEROBIC_MODES) & catalogue.trains(wanted) & ~named
        if line.part is Part.EASY:
            may &= np.array([name not in REPEATS for name in catalogue.ids], dtype=np.bool_)
    else:
        return []
    score = _likeness(row)
    rows = [int(r) for r in np.flatnonzero(may) if r != row]
    return sorted(rows, key=lambda r: (-round(float(score[r]), 9), catalogue.ids[r]))


def _likeness(row: int) -> Floats:
    catalogue = load_catalogue()
    counts = catalogue.primary + INDIRECT * (catalogue.secondary & ~catalogue.primary)
    both = np.minimum(counts, counts[row]).sum(axis=1) / np.maximum(counts, counts[row]).sum(axis=1)
    same = np.array([kind is kinds()[row] for kind in kinds()])
    transfer = np.minimum(catalogue.transfer, catalogue.transfer[row]).sum(axis=1)
    found: Floats = both + SAME_KIND * same + SAME_TRANSFER * transfer
    return found
