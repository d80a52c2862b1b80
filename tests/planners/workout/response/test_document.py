"""docs/planners/response.md says what the code does."""

import re
from pathlib import Path

import numpy as np
import pytest

from planners.workout.response.backtest import back_test
from planners.workout.response.fit import GRID
from planners.workout.response.model import FATIGUE_DAYS, FITNESS_DAYS, WEIGHT_OF
from planners.workout.response.priors import NOISE

TEXT = (Path(__file__).parents[4] / "docs" / "planners" / "response.md").read_text(encoding="utf-8")


def test_the_grid_of_the_page_is_that_of_the_code() -> None:
    slow, fast = (min(FITNESS_DAYS), max(FITNESS_DAYS)), (min(FATIGUE_DAYS), max(FATIGUE_DAYS))
    assert f"a grid over {slow[0]:g}-{slow[1]:g} and {fast[0]:g}-{fast[1]:g} (literature" in TEXT
    assert f"a grid over {WEIGHT_OF.min():g}-{WEIGHT_OF.max():g} (literature" in TEXT
    assert f"{len(GRID)} gains around the prior's median (± {GRID[-1]:g} standard deviations" in TEXT


def test_the_deviations_of_the_page_are_those_of_the_code() -> None:
    assert f"{NOISE['run']:g} for runs … {NOISE['endurance']:g} for repetitions" in TEXT
    assert max(NOISE.values()) == NOISE["endurance"]


@pytest.mark.parametrize(
    ("row", "factor"), [("as the prior says", 1.0), ("0.7 times that", 0.7), ("1.4 times that", 1.4)]
)
def test_the_coverage_of_the_page_is_found_again(row: str, factor: float) -> None:
    """With another seed and fewer members, hence the margin: three standard errors of 1,500 members."""
    said = re.search(rf"\| {row} \| (\S+) % \|", TEXT)
    assert said is not None
    inside = np.mean([outcome.inside for outcome in back_test(1_500, 99, factor)])
    assert inside == pytest.approx(float(said[1]) / 100, abs=0.033)
