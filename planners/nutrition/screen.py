"""Which foods a member may eat at all: taken out before the model ever sees them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.catalog import Catalog
from planners.spec import Allergen, Diet, NutritionRequest

Bools = NDArray[np.bool_]


def permitted(catalog: Catalog, diets: Sequence[Diet], allergies: Sequence[Allergen]) -> Bools:
    """(n,) True for the foods that suit every diet and hold no allergen; an unknown tag forbids."""
    suits = catalog.suits[:, [tuple(Diet).index(d) for d in diets]].all(axis=1)
    holds = catalog.contains[:, [tuple(Allergen).index(a) for a in allergies]].any(axis=1)
    return np.asarray(suits & ~holds)


def mentioned(catalog: Catalog, words: Sequence[str]) -> Bools:
    """(n,) True for the foods that one of the words finds."""
    found = np.zeros(len(catalog), dtype=np.bool_)
    for word in words:
        found |= catalog.mentioning(word)
    return found


def unknown_words(catalog: Catalog, request: NutritionRequest) -> tuple[str, ...]:
    """A sentence for each like and dislike that finds no food the member may have: nobody relies on it."""
    allowed = permitted(catalog, request.diets, request.allergies)
    told = [
        f'Every food that goes by "{word}" (likes) is ruled out by diets or allergies; the menu ignores it.'
        for word in request.likes
        if (liked := catalog.mentioning(word)).any() and not (liked & allowed).any()
    ]
    for field, words in (("dislikes", request.dislikes), ("likes", request.likes)):
        for word in words:
            if not catalog.mentioning(word).any():
                told.append(f'No food of the catalogue goes by "{word}" ({field}); the menu ignores it.')
    return tuple(told)


def check_words(catalog: Catalog, request: NutritionRequest) -> None:
    """Refuse a like that every dislike takes away again."""
    disliked = mentioned(catalog, request.dislikes)
    errors = []
    for i, word in enumerate(request.likes):
        liked = catalog.mentioning(word)
        if liked.any() and not (liked & ~disliked).any():
            text = f'"{word}" is liked, but every such food is among the dislikes: drop one of the two'
            errors.append(FieldError(pointer=f"/likes/{i}", detail=text))
    if errors:
        raise InvalidRequest(errors)
