"""What one JSON document has and another has not, and putting it there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Difference = list[Any]
"""[path] of what must go, or [path, value] of what must be there; a path is a list of names and positions."""


def differences(made: Any, wanted: Any) -> list[Difference]:
    """What must be done to `made` so that it is `wanted`; 1 and 1.0 are two.

    >>> differences({"a": 1, "b": [1, 2.0]}, {"b": [1, 2], "c": None})
    [[['a']], [['b', 1], 2], [['c'], None]]
    """
    if type(made) is type(wanted) and isinstance(made, dict | list):
        return list(_between(made, wanted, []))
    return [] if _same(made, wanted) else [[[], wanted]]


def _between(made: Any, wanted: Any, path: list[str | int]) -> Iterator[Difference]:
    if isinstance(made, dict):
        for name in made:
            if name not in wanted:
                yield [[*path, name]]
        for name, value in wanted.items():
            if name not in made:
                yield [[*path, name], value]
            else:
                yield from _at(made[name], value, path, name)
        return
    for i, (one, other) in enumerate(zip(made, wanted, strict=True)):
        yield from _at(one, other, path, i)


def _at(one: Any, other: Any, path: list[str | int], step: str | int) -> Iterator[Difference]:
    if type(one) is type(other):
        if isinstance(one, dict) or (isinstance(one, list) and len(one) == len(other)):
            yield from _between(one, other, [*path, step])
            return
        if one == other:
            return
    yield [[*path, step], other]


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def mended(made: Any, told: list[Difference]) -> Any:
    """`made` with the differences told of it; it is changed in place where it can be.

    >>> mended({"a": 1, "b": [1, 2.0]}, [[["a"]], [["b", 1], 2], [["c"], None]])
    {'b': [1, 2], 'c': None}
    """
    for path, *value in told:
        if not path:
            return value[0]
        place = made
        for step in path[:-1]:
            place = place[step]
        if value:
            place[path[-1]] = value[0]
        else:
            del place[path[-1]]
    return made
