"""From untrusted JSON data to frozen dataclasses.

A field says its type by its annotation and its limits by `limits(...)`; the schema of `planners.schema` is
made from the same, so that what is documented is what is enforced. The reader collects every fault of a
document, refuses unknown fields and never turns one type into another.

Understood annotations: bool, int, float, str, date, StrEnum, a dataclass, `X | None`, `tuple[X, ...]`,
`Mapping[str, float]`.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from planners.errors import FieldError, InvalidRequest

T = TypeVar("T")
LONGEST_KEY = 64  # characters of a name in a mapping

# Controls, breaks of lines and paragraphs, turns of the reading direction, a byte order mark: whoever reads a
# text with one of them may see another text. Halves of surrogate pairs are refused too; no schema names them.
NO_TEXT = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff"
TEXT_PATTERN = rf"^[^{NO_TEXT}]*$"
PLAIN_TEXT = re.compile(rf"[^{NO_TEXT}\ud800-\udfff]*")


def limits(
    text: str,
    *,
    default: Any = MISSING,
    default_factory: Any = MISSING,
    least: float | None = None,
    most: float | None = None,
    longest: int | None = None,
    shortest: int | None = None,
    unique: bool = False,
    longest_entry: int | None = None,
    pattern: str | None = None,
    example: Any = None,
) -> Any:
    """Declare a field: `text` says its meaning and unit; the rest are the limits of its value.

    `least` and `most` bound a number; `shortest` and `longest` the length of a text or a list;
    `unique` forbids an entry twice, `longest_entry` bounds the length of a list's texts, which then may not
    be empty; `pattern` must match the whole text.
    """
    says = {
        "text": text,
        "least": least,
        "most": most,
        "longest": longest,
        "shortest": shortest,
        "unique": unique,
        "longest_entry": longest_entry,
        "pattern": pattern,
        "example": example,
    }
    if default_factory is not MISSING:
        return dataclasses.field(default_factory=default_factory, metadata=says)
    return dataclasses.field(default=default, metadata=says)


def read(kind: type[T], data: object, pointer: str = "") -> T:
    """Read `data`, as `planners.json_text` gives it, into the frozen dataclass `kind`.

    Raises
    ------
    InvalidRequest
        With one entry for each fault in the whole document.
    """
    errors: list[FieldError] = []
    value = _read_object(kind, data, pointer, errors)
    if errors:
        raise InvalidRequest(errors)
    return cast(T, value)


def escape(key: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """The annotations of the dataclass `kind`, by the names of its fields."""
    return get_type_hints(kind)


def _read_object(kind: type, data: object, pointer: str, errors: list[FieldError]) -> object:
    if not isinstance(data, dict):
        _refuse(errors, pointer, f"must be an object, not {kind_of(data)}")
        return None
    fields = {f.name: f for f in dataclasses.fields(cast(Any, kind))}
    before = len(errors)
    for name in data:
        if name not in fields:
            _refuse(errors, f"{pointer}/{escape(str(name))}", "is not a field of this object", tuple(fields))
    values = {}
    for name, declared in fields.items():
        where = f"{pointer}/{name}"
        if name in data:
            values[name] = _read_value(hints_of(kind)[name], data[name], declared.metadata, where, errors)
        elif declared.default is MISSING and declared.default_factory is MISSING:
            _refuse(errors, where, "is required")
    return kind(**values) if len(errors) == before else None


def _read_value(
    kind: Any, data: object, says: Mapping[str, Any], pointer: str, errors: list[FieldError]
) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _read_value(not_none(kind), data, says, pointer, errors)
    if origin is tuple:
        return _read_list(get_args(kind)[0], data, says, pointer, errors)
    if origin is not None:
        return _read_mapping(get_args(kind)[1], data, says, pointer, errors)
    if dataclasses.is_dataclass(kind):
        return _read_object(cast(type, kind), data, pointer, errors)
    if kind is bool:
        return _read_bool(data, pointer, errors)
    if kind in (int, float):
        return _read_number(kind, data, says, pointer, errors)
    if kind is date:
        return _read_date(data, pointer, errors)
    if issubclass(kind, StrEnum):
        return _read_word(kind, data, pointer, errors)
    return _read_text(data, says, pointer, errors)


def _read_list(
    kind: Any, data: object, says: Mapping[str, Any], pointer: str, errors: list[FieldError]
) -> tuple[object, ...] | None:
    if not isinstance(data, list):
        _refuse(errors, pointer, _wrong("a list", data))
        return None
    if not _length_fits(len(data), "entries", says, pointer, errors):
        return None
    before = len(errors)
    each = entry_limits(says)
    values = tuple(_read_value(kind, v, each, f"{pointer}/{i}", errors) for i, v in enumerate(data))
    if len(errors) == before and says.get("unique"):
        for i, value in enumerate(values):
            if value in values[:i]:
                _refuse(errors, f"{pointer}/{i}", "stands here a second time; name each entry once")
    return values


def entry_limits(says: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a list's limits say of each entry, as `limits` would of a field."""
    longest = says.get("longest_entry")
    return {} if longest is None else {"shortest": 1, "longest": longest}


def _read_mapping(
    kind: Any, data: object, says: Mapping[str, Any], pointer: str, errors: list[FieldError]
) -> Mapping[str, object] | None:
    if not isinstance(data, dict):
        _refuse(errors, pointer, _wrong("an object of names and values", data))
        return None
    if not _length_fits(len(data), "entries", says, pointer, errors):
        return None
    bounds = {k: says.get(k) for k in ("least", "most")}
    for key in data:
        if not PLAIN_TEXT.fullmatch(key) or not 0 < len(key) <= LONGEST_KEY:
            _refuse(errors, pointer, f"has a name that is not 1 to {LONGEST_KEY} characters of one line")
            return None
    return {k: _read_value(kind, v, bounds, f"{pointer}/{escape(str(k))}", errors) for k, v in data.items()}


def _read_number(
    kind: type, data: object, says: Mapping[str, Any], pointer: str, errors: list[FieldError]
) -> float | None:
    if isinstance(data, bool) or not isinstance(data, int | float):
        _refuse(errors, pointer, _wrong("a number", data))
        return None
    if not math.isfinite(data) if isinstance(data, float) else data.bit_length() > 1000:
        _refuse(errors, pointer, "must be a finite number that a computer can hold")
        return None
    if kind is int and data != int(data):
        _refuse(errors, pointer, f"must be a whole number, not {data!r}")
        return None
    least, most = says.get("least"), says.get("most")
    if (least is not None and data < least) or (most is not None and data > most):
        allowed = range_text(least, most)
        _refuse(errors, pointer, f"must be {allowed}, not {shown(data)}", (allowed,))
        return None
    return int(data) if kind is int else float(data)


def _read_bool(data: object, pointer: str, errors: list[FieldError]) -> bool | None:
    if isinstance(data, bool):
        return data
    _refuse(errors, pointer, _wrong("true or false", data))
    return None


def _read_date(data: object, pointer: str, errors: list[FieldError]) -> date | None:
    if isinstance(data, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", data, re.ASCII):
        try:
            value = date.fromisoformat(data)
        except ValueError:
            value = date.min
        if 2000 <= value.year < 2200:  # room on both sides for every sum of dates
            return value
    _refuse(errors, pointer, _wrong("a date between 2000 and 2199 such as 2026-12-01", data))
    return None


def _read_word(kind: type[StrEnum], data: object, pointer: str, errors: list[FieldError]) -> StrEnum | None:
    allowed = tuple(str(word) for word in kind)
    if isinstance(data, str) and data in allowed:
        return kind(data)
    _refuse(errors, pointer, _wrong("one of " + ", ".join(allowed), data), allowed)
    return None


def _read_text(data: object, says: Mapping[str, Any], pointer: str, errors: list[FieldError]) -> str | None:
    if not isinstance(data, str):
        _refuse(errors, pointer, _wrong("a text", data))
        return None
    if not PLAIN_TEXT.fullmatch(data):
        _refuse(errors, pointer, "must be text on one line, without control characters")
        return None
    if not _length_fits(len(data), "characters", says, pointer, errors):
        return None
    pattern = says.get("pattern")
    if pattern and not re.fullmatch(pattern, data):
        _refuse(errors, pointer, _wrong(f"a text such as {says['example']}", data))
        return None
    return data


def _length_fits(
    length: int, what: str, says: Mapping[str, Any], pointer: str, errors: list[FieldError]
) -> bool:
    least, most = says.get("shortest"), says.get("longest")
    if (least is not None and length < least) or (most is not None and length > most):
        allowed = f"{range_text(least, most)} {what}"
        _refuse(errors, pointer, f"must have {allowed}, not {length}", (allowed,))
        return False
    return True


def not_none(kind: Any) -> Any:
    """The X of `X | None`."""
    return next(k for k in get_args(kind) if k is not type(None))


def _refuse(
    errors: list[FieldError], pointer: str, detail: str, allowed: Sequence[str] | None = None
) -> None:
    errors.append(
        FieldError(pointer=pointer, detail=detail, allowed=None if allowed is None else tuple(allowed))
    )


def range_text(least: float | None, most: float | None) -> str:
    """The range in words: "from 1 to 52", "at least 1" or "at most 52"."""
    if least is not None and most is not None:
        return f"from {number_text(least)} to {number_text(most)}"
    return f"at most {number_text(most)}" if most is not None else f"at least {number_text(least or 0)}"


def number_text(limit: float) -> str:
    """A limit in words: a whole one with all its digits, since a rounded one would be another limit."""
    return f"{limit:g}" if limit % 1 else str(int(limit))


def _wrong(right: str, data: object) -> str:
    return f"must be {right}, not {shown(data)}"


def shown(data: object) -> str:
    """What stands there, for a sentence: a short value as it is, anything else by its kind."""
    if isinstance(data, dict | list) or data is None or isinstance(data, bool):
        return kind_of(data)
    text = repr(data)
    return text if len(text) <= 40 else text[:37] + "..."


def kind_of(data: object) -> str:
    """The kind of JSON value that `data` is, with its article."""
    names: dict[type, str] = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if data is None else names.get(type(data), "a number")
