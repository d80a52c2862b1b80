"""From untrusted JSON to frozen dataclasses, and from the same dataclasses to JSON Schema.

A field says its type by its annotation and its limits by `limits(...)`; both the reader and the schema are
made from that, so that what is documented is what is enforced. The reader collects every fault of a
document, refuses unknown fields and never turns one type into another.

Understood annotations: bool, int, float, str, date, StrEnum, a dataclass, `X | None`, `tuple[X, ...]`,
`Mapping[str, float]`.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from planners.errors import FieldError, InvalidRequest

T = TypeVar("T")
LONGEST_KEY = 64  # characters of a name in a mapping
DEEPEST = 32  # levels of a document; a plan request has five
Schema = dict[str, Any]

FORMATS = {date: "date", datetime: "date-time", UUID: "uuid"}
"""Of the types that JSON writes as text. Only the first is read; the others stand in answers."""


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
    pattern: str | None = None,
    example: Any = None,
) -> Any:
    """Declare a field: `text` says its meaning and unit; the rest are the limits of its value.

    `least` and `most` bound a number; `shortest` and `longest` the length of a text or a list;
    `unique` forbids an entry twice; `pattern` must match the whole text.
    """
    says = {
        "text": text,
        "least": least,
        "most": most,
        "longest": longest,
        "shortest": shortest,
        "unique": unique,
        "pattern": pattern,
        "example": example,
    }
    if default_factory is not MISSING:
        return dataclasses.field(default_factory=default_factory, metadata=says)
    return dataclasses.field(default=default, metadata=says)


def read(kind: type[T], data: object, pointer: str = "") -> T:
    """Read `data`, as json.loads gives it, into the frozen dataclass `kind`.

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


def parse_json(text: str | bytes) -> object:
    """What json.loads gives, but strict: no NaN or Infinity, no key twice in an object, no endless nesting.

    Raises
    ------
    InvalidRequest
        That says where the text stops being JSON.
    """
    try:
        data = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object_of)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _not_json(f"is not JSON: {error.msg} at {where}") from None
    except UnicodeDecodeError:
        raise _not_json("is not JSON: the text is not UTF-8") from None
    except (RecursionError, ValueError) as error:
        raise _not_json(f"is not JSON that can be read: {error}") from None
    if _depth(data) > DEEPEST:
        raise _not_json(f"is nested more than {DEEPEST} levels deep")
    return data


def _object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {_short(twice)} stands twice in one object")
    return found


def _refuse_constant(word: str) -> object:
    raise ValueError(f"{word} is not a number of JSON")


def _depth(data: object) -> int:
    level, depth = [data], 0
    while level:
        depth += 1
        inside = (d.values() if isinstance(d, dict) else d for d in level if isinstance(d, dict | list))
        level = [value for values in inside for value in values]
    return depth


def _not_json(detail: str) -> InvalidRequest:
    return InvalidRequest([FieldError(pointer="", detail=detail)])


def escape(key: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read_object(kind: type, data: object, pointer: str, errors: list[FieldError]) -> object:
    if not isinstance(data, dict):
        _refuse(errors, pointer, f"must be an object, not {_kind_of(data)}")
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
            values[name] = _read_value(_hints(kind)[name], data[name], declared.metadata, where, errors)
        elif declared.default is MISSING and declared.default_factory is MISSING:
            _refuse(errors, where, "is required")
    return kind(**values) if len(errors) == before else None


def _read_value(
    kind: Any, data: object, says: Mapping[str, Any], pointer: str, errors: list[FieldError]
) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _read_value(_not_none(kind), data, says, pointer, errors)
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
    values = tuple(_read_value(kind, v, {}, f"{pointer}/{i}", errors) for i, v in enumerate(data))
    if len(errors) == before and says.get("unique"):
        for i, value in enumerate(values):
            if value in values[:i]:
                _refuse(errors, f"{pointer}/{i}", "stands here a second time; name each entry once")
    return values


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
        if not key.isprintable() or not 0 < len(key) <= LONGEST_KEY:
            _refuse(errors, pointer, f"has a name that is not 1 to {LONGEST_KEY} printable characters")
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
        _refuse(errors, pointer, f"must be {allowed}, not {_short(data)}", (allowed,))
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
    if not data.isprintable():
        _refuse(errors, pointer, "must be printable text on one line")
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


def _not_none(kind: Any) -> Any:
    return next(k for k in get_args(kind) if k is not type(None))


def _refuse(
    errors: list[FieldError], pointer: str, detail: str, allowed: Sequence[str] | None = None
) -> None:
    errors.append(
        FieldError(pointer=pointer, detail=detail, allowed=None if allowed is None else tuple(allowed))
    )


def range_text(least: float | None, most: float | None) -> str:
    """The range in words: "from 1 to 52", "at least 1" or "at most 52"."""
    if least is None:
        return f"at most {most:g}"
    return f"at least {least:g}" if most is None else f"from {least:g} to {most:g}"


def _wrong(right: str, data: object) -> str:
    return f"must be {right}, not {_short(data)}"


def _short(data: object) -> str:
    if isinstance(data, dict | list) or data is None or isinstance(data, bool):
        return _kind_of(data)
    text = repr(data)
    return text if len(text) <= 40 else text[:37] + "..."


def _kind_of(data: object) -> str:
    names: dict[type, str] = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if data is None else names.get(type(data), "a number")


def schema_of(kind: type, components: dict[str, Schema]) -> Schema:
    """A JSON Schema (2020-12) reference to `kind`; it and what it holds are added to `components`."""
    name = kind.__name__
    if name not in components:
        components[name] = {}  # first, so that a class which holds itself ends here
        components[name] = _object_schema(kind, components)
    return {"$ref": f"#/components/schemas/{name}"}


def _object_schema(kind: type, components: dict[str, Schema]) -> Schema:
    fields: tuple[Field[Any], ...] = dataclasses.fields(cast(Any, kind))
    required = [f.name for f in fields if f.default is MISSING and f.default_factory is MISSING]
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().split("\n")[0],
        "properties": {f.name: _field_schema(f, _hints(kind)[f.name], components) for f in fields},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _field_schema(declared: Field[Any], kind: Any, components: dict[str, Schema]) -> Schema:
    says = declared.metadata
    schema = _value_schema(kind, says, components)
    if "text" in says:
        schema["description"] = says["text"]
    if says.get("example") is not None:
        schema["examples"] = [_plain(says["example"])]
    if declared.default is not MISSING and declared.default is not None:
        schema["default"] = _plain(declared.default)
    return schema


def _value_schema(kind: Any, says: Mapping[str, Any], components: dict[str, Schema]) -> Schema:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _value_schema(_not_none(kind), says, components)
        if "type" in inner:
            words = {"enum": [*inner["enum"], None]} if "enum" in inner else {}
            return {**inner, "type": [inner["type"], "null"], **words}
        return {"anyOf": [inner, {"type": "null"}]}
    if origin is tuple:
        items = _value_schema(get_args(kind)[0], {}, components)
        sizes = {"minItems": says.get("shortest"), "maxItems": says.get("longest")}
        return {
            "type": "array",
            "items": items,
            **_given(sizes),
            **_given({"uniqueItems": says.get("unique") or None}),
        }
    if origin is not None:
        return {"type": "object", "additionalProperties": _value_schema(get_args(kind)[1], says, components)}
    if dataclasses.is_dataclass(kind):
        return schema_of(cast(type, kind), components)
    if kind is bool:
        return {"type": "boolean"}
    if kind in (int, float):
        bounds = {"minimum": says.get("least"), "maximum": says.get("most")}
        return {"type": "integer" if kind is int else "number", **_given(bounds)}
    if kind in FORMATS:
        return {"type": "string", "format": FORMATS[kind]}
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [str(word) for word in kind]}
    sizes = {"minLength": says.get("shortest"), "maxLength": says.get("longest")}
    return {"type": "string", **_given(sizes), **_given({"pattern": _anchored(says.get("pattern"))})}


def _anchored(pattern: str | None) -> str | None:
    return f"^(?:{pattern})$" if pattern else None


def _given(values: Mapping[str, Any]) -> Schema:
    return {k: v for k, v in values.items() if v is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value
