"""From the frozen dataclasses that `planners.reading` reads to JSON Schema (2020-12)."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from typing import Any, Union, cast, get_args, get_origin
from uuid import UUID

from planners.reading import LONGEST_KEY, TEXT_PATTERN, entry_limits, hints_of, not_none

Schema = dict[str, Any]

FORMATS = {date: "date", datetime: "date-time", UUID: "uuid"}
"""Of the types that JSON writes as text. Only the first is read; the others stand in answers."""


class Form(Enum):
    """How a class stands in JSON, which says what of it may be missing."""

    ASKED = auto()  # a client sends it: what has a default may be left out
    TOLD = auto()  # the service says it: every field is there
    PLANNED = auto()  # a part of a plan, as `planners.plan.as_json` writes it: what is None is left out


def schema_of(kind: type, components: dict[str, Schema], form: Form = Form.ASKED) -> Schema:
    """A reference to the JSON Schema of `kind`; it and what it holds are added to `components`.

    A class that is in `components` already stays as it is: what is asked and told is added as asked first.
    """
    name = kind.__name__
    if name not in components:
        components[name] = {}  # first, so that a class which holds itself ends here
        components[name] = _object_schema(kind, components, form)
    return {"$ref": f"#/components/schemas/{name}"}


def words_of(kind: type[StrEnum], components: dict[str, Schema]) -> Schema:
    """A reference to the words of `kind`, which are added to `components`."""
    text = (kind.__doc__ or "").strip().split("\n")[0]
    components[kind.__name__] = {"type": "string", "enum": [str(word) for word in kind], "description": text}
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _object_schema(kind: type, components: dict[str, Schema], form: Form) -> Schema:
    fields: tuple[Field[Any], ...] = dataclasses.fields(cast(Any, kind))
    hints = hints_of(kind)
    required = [f.name for f in fields if _is_required(f, hints[f.name], form)]
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().split("\n")[0],
        "properties": {f.name: _field_schema(f, hints[f.name], components, form) for f in fields},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _is_required(declared: Field[Any], kind: Any, form: Form) -> bool:
    if form is Form.TOLD:
        return True
    if form is Form.PLANNED:
        return not _may_be_none(kind)
    return declared.default is MISSING and declared.default_factory is MISSING


def _field_schema(declared: Field[Any], kind: Any, components: dict[str, Schema], form: Form) -> Schema:
    says = declared.metadata
    told = not_none(kind) if form is Form.PLANNED and _may_be_none(kind) else kind
    schema = _value_schema(told, says, components, form)
    if "text" in says:
        schema["description"] = says["text"]
    if says.get("example") is not None:
        schema["examples"] = [_plain(says["example"])]
    if form is Form.ASKED and declared.default is not MISSING and declared.default is not None:
        schema["default"] = _plain(declared.default)
    return schema


def _value_schema(kind: Any, says: Mapping[str, Any], components: dict[str, Schema], form: Form) -> Schema:
    origin = get_origin(kind)
    if _may_be_none(kind):
        inner = _value_schema(not_none(kind), says, components, form)
        return {**inner, "type": [inner["type"], "null"]} if "type" in inner else _or_null(inner)
    if origin is tuple:
        items = _value_schema(get_args(kind)[0], entry_limits(says), components, form)
        sizes = {"minItems": says.get("shortest"), "maxItems": says.get("longest")}
        unique = {"uniqueItems": says.get("unique") or None}
        return {"type": "array", "items": items, **_given(sizes), **_given(unique)}
    if origin is not None:
        return _mapping_schema(get_args(kind)[1], says, components, form)
    if dataclasses.is_dataclass(kind):
        return schema_of(cast(type, kind), components, form)
    if kind is Any:
        return {}
    if issubclass(kind, StrEnum):
        return words_of(kind, components)
    return _plain_schema(kind, says, form)


def _plain_schema(kind: type, says: Mapping[str, Any], form: Form) -> Schema:
    if kind is bool:
        return {"type": "boolean"}
    if kind in (int, float):
        bounds = {"minimum": says.get("least"), "maximum": says.get("most")}
        return {"type": "integer" if kind is int else "number", **_given(bounds)}
    if kind in FORMATS:
        return {"type": "string", "format": FORMATS[kind]}
    sizes = {"minLength": says.get("shortest"), "maxLength": says.get("longest")}
    pattern = _anchored(says.get("pattern")) or (TEXT_PATTERN if form is Form.ASKED else None)
    return {"type": "string", **_given(sizes), **_given({"pattern": pattern})}


def _mapping_schema(kind: Any, says: Mapping[str, Any], components: dict[str, Schema], form: Form) -> Schema:
    bounds = {name: says.get(name) for name in ("least", "most")}
    sizes = {"minProperties": says.get("shortest"), "maxProperties": says.get("longest")}
    key = {"minLength": 1, "maxLength": LONGEST_KEY, "pattern": TEXT_PATTERN}
    names = {"propertyNames": key} if form is Form.ASKED else {}
    values = _value_schema(kind, bounds, components, form)
    return {"type": "object", "additionalProperties": values or True, **_given(sizes), **names}


def _or_null(inner: Schema) -> Schema:
    return {"anyOf": [inner, {"type": "null"}]}


def _may_be_none(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


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
