"""From the frozen dataclasses that `planners.reading` reads to JSON Schema (2020-12)."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Union, cast, get_args, get_origin
from uuid import UUID

from planners.reading import entry_limits, hints_of, not_none

Schema = dict[str, Any]

FORMATS = {date: "date", datetime: "date-time", UUID: "uuid"}
"""Of the types that JSON writes as text. Only the first is read; the others stand in answers."""


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
        "properties": {f.name: _field_schema(f, hints_of(kind)[f.name], components) for f in fields},
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
        inner = _value_schema(not_none(kind), says, components)
        if "type" in inner:
            words = {"enum": [*inner["enum"], None]} if "enum" in inner else {}
            return {**inner, "type": [inner["type"], "null"], **words}
        return {"anyOf": [inner, {"type": "null"}]}
    if origin is tuple:
        items = _value_schema(get_args(kind)[0], entry_limits(says), components)
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
