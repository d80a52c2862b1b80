"""Equipment, level and restrictions: the mask that chooses and the raw table agree, exercise by exercise."""

import pytest

from planners.spec import Equipment, Level, Restriction
from planners.workout.catalog import load_catalogue
from planners.workout.checks.raw import raw_exercises
from planners.workout.checks.safety import equipment_breaches, level_breaches, restriction_breaches
from planners.workout.permitted import permitted, trainable

EVERYTHING = frozenset(Equipment)
IDS = load_catalogue().ids


def names(may: object) -> set[str]:
    return {name for name, has in zip(IDS, may, strict=True) if has}  # type: ignore[call-overload]


@pytest.mark.parametrize("restriction", [*Restriction])
def test_both_code_paths_forbid_the_same_exercises(restriction: Restriction) -> None:
    left = names(permitted(EVERYTHING, Level.ADVANCED, frozenset({restriction})))
    assert set(IDS) - left == set(restriction_breaches(IDS, [str(restriction)]))
    assert 0 < len(left) < len(IDS)


@pytest.mark.parametrize("item", [*Equipment])
def test_both_code_paths_miss_the_same_equipment(item: Equipment) -> None:
    left = names(permitted(EVERYTHING - {item}, Level.ADVANCED, frozenset()))
    assert set(IDS) - left == set(equipment_breaches(IDS, [str(e) for e in EVERYTHING - {item}]))


@pytest.mark.parametrize("level", [*Level])
def test_both_code_paths_draw_the_same_line_at_a_level(level: Level) -> None:
    left = names(permitted(EVERYTHING, level, frozenset()))
    assert set(IDS) - left == set(level_breaches(IDS, str(level)))


def test_all_of_a_set_of_equipment_must_be_at_hand() -> None:
    both = permitted(frozenset({Equipment.BARBELL, Equipment.SQUAT_RACK}), Level.ADVANCED, frozenset())
    one = permitted(frozenset({Equipment.BARBELL}), Level.ADVANCED, frozenset())
    row = load_catalogue().row_of["back_squat"]
    assert both[row]
    assert not one[row]


def test_a_sore_back_is_spared_moderate_spinal_load_too() -> None:
    table = raw_exercises()
    left = names(permitted(EVERYTHING, Level.ADVANCED, frozenset({Restriction.LOWER_BACK})))
    assert all(table[name].spinal in ("none", "low") for name in left)


def test_all_restrictions_together_leave_nothing_to_train() -> None:
    may = permitted(EVERYTHING, Level.ADVANCED, frozenset(Restriction))
    assert not trainable(may).any()
    assert names(may) == {"walk_easy", "breathing_drill"}


def test_an_unknown_exercise_breaks_every_rule() -> None:
    assert restriction_breaches(["flying"], ["knee"]) == ["flying"]
    assert equipment_breaches(["flying"], ["barbell"]) == ["flying"]
    assert level_breaches(["flying"], "advanced") == ["flying"]
