"""The exercise catalogue is whole, fails closed, and refuses damaged text."""

import pytest

from planners.errors import CatalogueError
from planners.workout.catalog import GRADES, catalogue_text, load_catalogue, read_catalogue
from planners.workout.findings import findings
from planners.workout.vocabulary import Grade, Joint

TEXT = catalogue_text()
LINES = TEXT.splitlines()
HEADER = LINES[1].split(",")


def changed(column: str, value: str, name: str = "air_squat") -> str:
    """The catalogue's text with another cell in one line."""
    lines = list(LINES)
    at = next(i for i, line in enumerate(lines) if line.startswith(f"{name},"))
    cells = lines[at].split(",")
    cells[HEADER.index(column)] = value
    lines[at] = ",".join(cells)
    return "\n".join(lines) + "\n"


def test_it_holds_at_least_180_exercises_and_nothing_a_coach_would_doubt() -> None:
    catalogue = load_catalogue()
    assert len(catalogue) >= 180
    assert findings(catalogue) == []


def test_arrays_are_read_only() -> None:
    catalogue = load_catalogue()
    for array in (catalogue.joints, catalogue.met, catalogue.primary, catalogue.transfer):
        assert not array.flags.writeable


def test_unknown_joints_count_as_all_joints() -> None:
    catalogue = read_catalogue(changed("joints", ""))
    assert catalogue.joints[catalogue.row_of["air_squat"]].all()
    assert load_catalogue().joints[catalogue.row_of["air_squat"]].sum() < len(Joint)


@pytest.mark.parametrize("column", ["impact", "spinal_load"])
def test_an_unknown_strain_counts_as_high(column: str) -> None:
    catalogue = read_catalogue(changed(column, ""))
    assert getattr(catalogue, column)[catalogue.row_of["air_squat"]] == GRADES.index(Grade.HIGH)


def test_unknown_overhead_work_counts_as_overhead() -> None:
    catalogue = read_catalogue(changed("overhead", ""))
    assert catalogue.overhead[catalogue.row_of["air_squat"]]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("pattern", "dance", "must be one of squat"),
        ("primary", "", "is empty"),
        ("primary", "heart", "must be one of abdominals"),
        ("equipment", "spoon", "must be one of barbell"),
        ("level", "expert", "must be one of novice"),
        ("met", "nan", "must be from 1 to 25"),
        ("met", "0", "must be from 1 to 25"),
        ("seconds_per_rep", "", "must be from 0.1 to 60"),
        ("setup_s", "-1", "must be from 0 to 600"),
        ("ratio", "", "must be from 0.05 to 60"),
        ("unilateral", "perhaps", "must be yes or no"),
        ("overhead", "perhaps", "must be yes or no"),
        ("joints", "toe", "must be one of knee"),
        ("progression", "air_squat", "must be another exercise"),
        ("progression", "flying", "must be another exercise"),
        ("transfer", "deadlift", "must be a share"),
        ("transfer", "deadlift=0", "above 0 and at most 1"),
        ("transfer", "deadlift=1.01", "above 0 and at most 1"),
        ("transfer", "chess=0.5", "must name one of"),
    ],
)
def test_a_damaged_cell_is_refused_with_its_line_and_column(column: str, value: str, says: str) -> None:
    at = next(i for i, line in enumerate(LINES, start=1) if line.startswith("air_squat,"))
    with pytest.raises(CatalogueError, match=rf"line {at}, column {column}: .*{says}"):
        read_catalogue(changed(column, value))


def test_a_ratio_without_a_basis_is_refused() -> None:
    with pytest.raises(CatalogueError, match="must be empty where there is no basis"):
        read_catalogue(changed("ratio", "1", name="bird_dog"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: must read"),
        ("# exercises 1\n", "line 2: must name the columns"),
        ("\n".join(LINES[:2]) + "\n", "holds no exercise"),
        ("\n".join([*LINES[:2], "air_squat,Squat"]), "line 3: has 2 cells"),
        ("\n".join([*LINES, LINES[-1]]), "stands here a second time"),
    ],
)
def test_a_damaged_text_is_refused(text: str, says: str) -> None:
    with pytest.raises(CatalogueError, match=says):
        read_catalogue(text)
