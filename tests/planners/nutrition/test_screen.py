"""Foods taken out before the model sees them."""

import numpy as np
import pytest

from planners.errors import InvalidRequest
from planners.nutrition.catalog import read_catalog
from planners.nutrition.screen import check_words, mentioned, permitted, unknown_words
from planners.spec import Allergen, Diet
from tests.planners.nutrition.asking import CATALOG, ask
from tests.planners.nutrition.catalog_text import MILK, RICE, SALMON, changed


@pytest.mark.parametrize("allergen", list(Allergen))
def test_no_food_that_holds_the_allergen_is_left_and_some_food_is(allergen: Allergen) -> None:
    left = permitted(CATALOG, [], [allergen])
    assert not CATALOG.contains[left, list(Allergen).index(allergen)].any()
    assert left.sum() > 100


@pytest.mark.parametrize("diet", list(Diet))
def test_only_foods_that_suit_the_diet_are_left_and_some_are(diet: Diet) -> None:
    left = permitted(CATALOG, [diet], [])
    assert CATALOG.suits[left, list(Diet).index(diet)].all()
    assert left.sum() > 100


def test_everything_is_permitted_to_a_member_without_diets_and_allergies() -> None:
    assert permitted(CATALOG, [], []).all()


def test_a_food_whose_tag_is_missing_is_refused_to_those_it_could_harm_and_to_nobody_else() -> None:
    untagged = read_catalog(changed({RICE: {"contains_sesame": "", "suits_halal": ""}}))
    rice = untagged.row_of[RICE]
    assert not permitted(untagged, [], [Allergen.SESAME])[rice]
    assert not permitted(untagged, [Diet.HALAL], [])[rice]
    assert permitted(untagged, [Diet.VEGAN], [Allergen.PEANUT])[rice]


def test_a_dislike_finds_foods_by_whole_words_in_singular_and_plural() -> None:
    found = mentioned(CATALOG, ["eggs"])
    names = [CATALOG.names[row] for row in np.flatnonzero(found)]
    assert "Boiled eggs" in names
    assert not any("eggplant" in name.lower() for name in names)
    assert mentioned(CATALOG, ["salmon"])[CATALOG.row_of[SALMON]]
    assert not mentioned(CATALOG, ["salmon"])[CATALOG.row_of[MILK]]


def test_words_that_find_nothing_are_told_and_not_passed_over() -> None:
    told = unknown_words(CATALOG, ask(dislikes=["dragonfruit"], likes=["salmon", "unicorn"]))
    assert len(told) == 2
    assert "dragonfruit" in told[0]
    assert "unicorn" in told[1]


def test_a_like_that_a_diet_rules_out_is_told() -> None:
    [told] = unknown_words(CATALOG, ask(likes=["salmon", "apple"], diets=["vegan"]))
    assert '"salmon"' in told
    assert unknown_words(CATALOG, ask(likes=["salmon"], diets=["kosher"])) == ()


def test_a_like_that_the_dislikes_take_away_is_a_contradiction() -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_words(CATALOG, ask(likes=["apple", "salmon"], dislikes=["salmon"]))
    assert [e.pointer for e in refused.value.errors] == ["/likes/1"]


def test_a_like_that_dislikes_take_away_in_part_is_none() -> None:
    check_words(CATALOG, ask(likes=["bread"], dislikes=["white bread"]))
