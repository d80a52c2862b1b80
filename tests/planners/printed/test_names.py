"""The orders of the pages are those of the planners, and nothing that a plan may name is without a word."""

from planners.nutrition.hei import HEI_COMPONENTS
from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.words import nutrient_words
from planners.printed import names
from planners.printed.wording import words
from planners.workout.tests.registry import RULES


def test_nutrients_stand_in_the_order_of_the_food_tables() -> None:
    assert names.NUTRIENTS == NUTRIENTS


def test_nutrients_are_called_as_in_the_warnings() -> None:
    for name in NUTRIENTS:
        word, unit = nutrient_words(name)
        assert names.nutrient(name) == (words(word), unit)


def test_the_components_of_the_eating_index_are_all_there_and_make_100() -> None:
    assert tuple(names.HEI_MOST) == HEI_COMPONENTS
    assert sum(names.HEI_MOST.values()) == 100


def test_every_event_of_every_test_has_its_words() -> None:
    assert {event.name for rules in RULES.values() for event in rules.events} == names.EVENTS.keys()


def test_events_of_a_test_are_told_as_it_holds_them() -> None:
    assert names.in_order({"2MR", "PLK", "SDC", "HRP", "MDL"}, tuple(names.EVENTS)) == [
        "MDL", "HRP", "SDC", "PLK", "2MR",
    ]  # fmt: skip


def test_a_name_that_nobody_knows_still_has_a_place_and_a_word() -> None:
    assert names.in_order(["zeal", "water_g", "ardour"], NUTRIENTS) == ["water_g", "ardour", "zeal"]
    assert names.nutrient("omega_3_mg") == ("Omega 3", "mg")
    assert names.event_words("swim_12min") == "Swim 12min"
    assert names.food_group(11) == "Other"
