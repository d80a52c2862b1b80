"""The schemas of bodies: classes as `planners.schema` tells them, choices between them by name, problems."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from models.plans.plan import PlanState
from planners.change import ItemOffer, TrainingOffer
from planners.plan import NutritionPlan, WorkoutPlan
from planners.reading import limits
from planners.schema import Form, Schema, schema_of, words_of
from planners.spec import Kind, NutritionRequest, WorkoutRequest
from web.problems import problem_types
from web.routes import OneOf, Route
from web.schemas import Person, PublicKey

REQUESTS: dict[type, Kind] = {NutritionRequest: Kind.NUTRITION, WorkoutRequest: Kind.WORKOUT}
PLANS: dict[type, Kind] = {NutritionPlan: Kind.NUTRITION, WorkoutPlan: Kind.WORKOUT}
LEAN = (ItemOffer, TrainingOffer, PublicKey)  # of answers, without what they have not
REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')


@dataclass(frozen=True, kw_only=True)
class FieldFault:
    """What is wrong with one field."""

    pointer: str = limits("RFC 6901 pointer into the body, or into the query as an object.")
    detail: str = limits("What it must be.")
    allowed: tuple[str, ...] = limits("The words or the range it takes.", default=())


def body_schema(route: Route, schemas: dict[str, Schema]) -> Schema:
    """The schema of the body that `route` reads."""
    body = route.body
    if isinstance(body, OneOf):
        return _choice(
            body, {word: _worded(kind, body.by, word, schemas) for word, kind in _words(body)}, schemas
        )
    assert body is not None  # noqa: S101 (for the type checker)
    return schema_of(body, schemas)


def answer_schema(body: type | OneOf, schemas: dict[str, Schema]) -> Schema:
    """The schema of a body that the service answers with."""
    if body is dict:
        schemas["OpenApi"] = {"type": "object", "description": "An OpenAPI document, such as this one."}
        return {"$ref": "#/components/schemas/OpenApi"}
    for kind in LEAN:
        schema_of(kind, schemas, Form.PLANNED)
    if isinstance(body, OneOf):
        return _choice(
            body, {word: _told(kind, body.by, word, schemas) for word, kind in _words(body)}, schemas
        )
    return schema_of(body, schemas, Form.TOLD)


def problem_schemas() -> dict[str, Schema]:
    """A problem document and what it holds."""
    schemas: dict[str, Schema] = {"Problem": _problem()}
    schema_of(FieldFault, schemas)
    schemas["PossibleChange"] = _possible_change()
    return schemas


def used(made: Any, schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Those of `schemas` that `made` refers to, and what they refer to, in the order of their names."""
    found: dict[str, Schema] = {}
    left = [made]
    while left:
        names = set(REFERENCE.findall(json.dumps(left.pop()))) - found.keys()
        found.update((name, schemas[name]) for name in names)
        left += [schemas[name] for name in names]
    return dict(sorted(found.items()))


def _words(body: OneOf) -> list[tuple[str, type]]:
    known = REQUESTS | PLANS
    words = body.words or tuple(str(known[kind]) for kind in body.kinds)
    return list(zip(words, body.kinds, strict=True))


def _choice(body: OneOf, refs: dict[str, str], schemas: dict[str, Schema]) -> Schema:
    schemas[body.name] = {
        "description": body.text,
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": body.by, "mapping": refs},
    }
    return {"$ref": f"#/components/schemas/{body.name}"}


def _worded(kind: type, by: str, word: str, schemas: dict[str, Schema]) -> str:
    """The reference to a class of requests that must say its word."""
    if kind in REQUESTS:
        return _plan_request(kind, schemas)
    ref: str = schema_of(kind, schemas)["$ref"]
    return _saying(kind, by, word, schemas, ref)


def _told(kind: type, by: str, word: str, schemas: dict[str, Schema]) -> str:
    """The reference to a class of answers that says its word."""
    if kind not in PLANS:
        return _saying(kind, by, word, schemas, schema_of(kind, schemas, Form.TOLD)["$ref"])
    ref: str = schema_of(kind, schemas, Form.PLANNED)["$ref"]
    _saying(kind, by, word, schemas, ref)
    schema, row = schemas[kind.__name__], _row_fields(schemas)
    schema["properties"] = {**row, **schema["properties"]}
    schema["required"] = list(dict.fromkeys([*row, *schema["required"]]))
    return ref


def _saying(kind: type, by: str, word: str, schemas: dict[str, Schema], ref: str) -> str:
    schema = schemas[kind.__name__]
    schema["properties"][by] = {"type": "string", "const": word}
    schema["required"] = list(dict.fromkeys([by, *schema.get("required", ())]))
    return ref


def _plan_request(kind: type, schemas: dict[str, Schema]) -> str:
    ref: str = schema_of(kind, schemas)["$ref"]
    schema = schemas[kind.__name__]
    schema["properties"]["kind"] = {"type": "string", "const": str(REQUESTS[kind])}
    schema["properties"]["member"] = schema_of(Person, schemas)
    schema["required"] = ["kind"]
    return ref


def _row_fields(schemas: dict[str, Schema]) -> dict[str, Schema]:
    return {
        "id": {"type": "string", "format": "uuid"},
        "created_at": {"type": "string", "format": "date-time"},
        "state": words_of(PlanState, schemas),
    }


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    types = sorted(kind.uri for kind in problem_types().values())
    return {
        "type": "object",
        "description": "Why something was refused or failed (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "examples": types},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "request_id": {**text, "description": "Names this occurrence in the service's log."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldFault"}},
            "conflicts": {"type": "array", "items": text, "description": "What works against what."},
            "any_one_of": {"type": "array", "items": {"$ref": "#/components/schemas/PossibleChange"}},
        },
    }


def _possible_change() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "One change that makes an impossible request possible.",
        "required": ["change", "to", "text"],
        "properties": {
            "change": {**text, "description": "The field of the request."},
            "to": {"type": ["number", "string"], "description": "What it would have to be."},
            "text": {**text, "description": "The same as a sentence."},
        },
    }
