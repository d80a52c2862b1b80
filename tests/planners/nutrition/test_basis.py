"""Programs and starting bases kept between members."""

import pytest

from planners.nutrition import basis, diet
from planners.nutrition.basis import CLASSES_KCAL, program_of, start_of
from planners.nutrition.diet import PatternProgram
from planners.nutrition.tastes import TASTES
from tests.planners.nutrition.asking import CATALOG, ask


def test_members_with_the_same_table_diets_and_allergies_share_a_program_in_any_order_of_words() -> None:
    one = program_of(CATALOG, ask(diets=["halal", "gluten_free"], allergies=["egg", "milk"]))
    other = program_of(CATALOG, ask(diets=["gluten_free", "halal"], allergies=["milk", "egg"], seed=9))
    assert one is other
    assert program_of(CATALOG, ask(diets=["halal"], allergies=["egg", "milk"])) is not one


def test_no_more_programs_are_kept_than_their_number() -> None:
    for allergen in ("milk", "egg", "fish", "shellfish", "soy", "sesame", "peanut"):
        program_of(CATALOG, ask(allergies=[allergen]))
    assert basis.program.cache_info().currsize == basis.PROGRAMS


def test_no_more_bases_are_kept_than_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diet, "BASES", 3)
    program = PatternProgram(program_of(CATALOG, ask()).pattern)
    for taste in range(5):
        start_of(program, 3_000.0, taste)
    assert len(program.starts) == 3


def test_bases_outlive_the_program_that_made_room_for_others() -> None:
    request = ask(diets=["vegetarian"])
    basis_before = start_of(program_of(CATALOG, request), 2_700.0, 0)
    basis.program.cache_clear()
    assert start_of(program_of(CATALOG, request), 2_700.0, 0) is basis_before


def test_extreme_needs_fall_into_the_last_class_on_their_side() -> None:
    program = program_of(CATALOG, ask())
    assert start_of(program, 5_900.0, 1) is start_of(program, 3_700.0, 1)
    assert start_of(program, 1_100.0, 1) is start_of(program, 1_900.0, 1)


def test_every_class_has_a_basis_under_every_taste() -> None:
    program = program_of(CATALOG, ask())
    for kcal in CLASSES_KCAL:
        for taste in range(TASTES):
            assert start_of(program, kcal, taste) is not None
