"""What docs/planners/nutrition.md says, held against the code."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from planners.nutrition import hei
from planners.nutrition.own_model import MOST_NODES
from planners.nutrition.references import REFERENCES_VERSION
from planners.nutrition.targets import PROTEIN_G_PER_KG, SWEAT_L
from planners.spec import Activity, NutritionGoal

PAGE = Path(__file__).parents[3] / "docs" / "planners" / "nutrition.md"


def rows_under(heading: str) -> dict[str, list[str]]:
    """The rows of the table whose head starts so, by their first cell; a note in brackets is left out."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading}"))
    rows = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        rows[name.partition(" (")[0]] = cells
    return rows


def test_the_examples_print_what_the_page_says() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 20
    assert result.failed == 0


def test_the_standards_of_the_index_are_those_of_the_code() -> None:
    single = {
        "sodium": hei.HEI_SODIUM,
        "added_sugars": hei.HEI_ADDED_SUGARS,
        "saturated_fats": hei.HEI_SATURATED_FATS,
        "fatty_acids": hei.HEI_FATTY_ACIDS,
    }
    rows = rows_under("HEI-2020 component")
    assert tuple(rows) == hei.HEI_COMPONENTS
    for name, standard in {**hei.HEI_AMOUNTS, **single}.items():
        assert [float(cell) for cell in rows[name]] == [standard.points, standard.full, standard.zero]


@pytest.mark.parametrize("goal", NutritionGoal)
def test_protein_by_goal_and_activity_is_that_of_the_code(goal: NutritionGoal) -> None:
    cells = rows_under("protein, g/kg")[goal]
    assert dict(zip(Activity, map(float, cells), strict=True)) == PROTEIN_G_PER_KG[goal]


def test_sweat_by_activity_is_that_of_the_code() -> None:
    cells = rows_under("sweat, l/d")["beyond daily living"]
    assert dict(zip(Activity, map(float, cells), strict=True)) == SWEAT_L


def test_the_version_and_the_limit_of_the_search_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"`{REFERENCES_VERSION}`" in text
    assert f"{MOST_NODES:,} nodes" in text
