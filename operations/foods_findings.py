"""A finding about the catalogue, and the columns that the checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS, ROLES
from planners.spec import Allergen, Diet

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong. `code` is 0 for the catalogue as a whole."""

    code: int
    name: str
    text: str


def amounts(catalog: Catalog, nutrient: str) -> Floats:
    """(n,) of one nutrient per 100 g."""
    return np.asarray(catalog.per_100g[:, NUTRIENTS.index(nutrient)])


def pattern(catalog: Catalog, name: str) -> Floats:
    """(n,) of one food pattern per 100 g."""
    return np.asarray(catalog.patterns_per_100g[:, PATTERNS.index(name)])


def holds(catalog: Catalog, allergen: Allergen) -> Bools:
    """(n,) True where the allergen is said, or not denied."""
    return np.asarray(catalog.contains[:, tuple(Allergen).index(allergen)])


def suits(catalog: Catalog, diet: Diet) -> Bools:
    """(n,) True where the diet is said to be suited."""
    return np.asarray(catalog.suits[:, tuple(Diet).index(diet)])


def plays(catalog: Catalog, role: str) -> Bools:
    """(n,) True for the foods of a role."""
    return np.asarray(catalog.roles[:, ROLES.index(role)])


def texts(catalog: Catalog) -> list[str]:
    """Name and description of each food, as one text to look for words in."""
    return [f"{name} | {text}" for name, text in zip(catalog.names, catalog.descriptions, strict=True)]


def found(catalog: Catalog, wrong: Bools, text: str) -> Iterator[Finding]:
    """One finding with the same text for every food where `wrong` is true."""
    for row in np.flatnonzero(wrong).tolist():
        yield found_at(catalog, row, text)


def found_at(catalog: Catalog, row: int, text: str) -> Finding:
    """A finding about the food of one row."""
    return Finding(code=int(catalog.codes[row]), name=catalog.names[row], text=text)
