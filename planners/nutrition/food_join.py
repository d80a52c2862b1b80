"""Two catalogues as one: the planners' own foods, and foods imported beside them."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog


def join_catalogs(catalog: Catalog, more: Catalog) -> Catalog:
    """The foods of both by code; where both hold a code, the food of `catalog` stands."""
    new = ~np.isin(more.codes, catalog.codes)
    order = np.argsort(np.concatenate([catalog.codes, more.codes[new]]))
    columns: dict[str, Any] = {}
    for field in dataclasses.fields(Catalog):
        ours, theirs = getattr(catalog, field.name), getattr(more, field.name)
        if isinstance(ours, np.ndarray):
            columns[field.name] = _frozen(np.concatenate([ours, theirs[new]])[order])
        elif isinstance(ours, tuple):
            all_rows = (*ours, *(theirs[row] for row in np.flatnonzero(new).tolist()))
            columns[field.name] = tuple(all_rows[row] for row in order.tolist())
    return Catalog(
        version=f"{catalog.version}+{more.version}",
        price_year=catalog.price_year,
        row_of=MappingProxyType({code: row for row, code in enumerate(columns["codes"].tolist())}),
        **columns,
    )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
