"""What stands in a path, a query and the headers of a request."""

from __future__ import annotations

import re
from typing import Any

from models.jobs.queues import QueueName
from planners.change import ItemQuestion, TrainingQuestion
from planners.schema import Schema, schema_of, words_of
from planners.spec import Kind
from web.headers import ASKED, form_of
from web.problems import problem_types
from web.routes import OneOf, Route
from web.schemas import SLUG
from web.webhook_schemas import MESSAGE_ID

PATH_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")

PATH_TEXTS = {
    "account_id": "An account.",
    "batch_id": "A night of one tenant and kind.",
    "day": "The day of the entry.",
    "entry_id": "The entry's id, as it was given or answered.",
    "job_id": "A job, as the answer to a request for a plan names it.",
    "key_id": "An API key's id, which is not the key.",
    "member_id": "A member.",
    "message": "The header `webhook-id` of the delivery.",
    "name": "The last part of a problem's `type`.",
    "plan_id": "A plan.",
    "queue": "A queue.",
    "slug": "A tenant's short name.",
    "webhook_id": "A webhook.",
}
"""What each name in a path means."""

QUESTIONS: dict[type, Kind] = {ItemQuestion: Kind.NUTRITION, TrainingQuestion: Kind.WORKOUT}


def openapi_path(path: str) -> str:
    """A Flask rule as an OpenAPI path.

    >>> openapi_path("/v1/jobs/<uuid:job_id>")
    '/v1/jobs/{job_id}'
    """
    return PATH_ARGUMENT.sub(r"{\2}", path)


def parameters_of(route: Route, schemas: dict[str, Schema]) -> list[dict[str, Any]]:
    """Every parameter of `route`."""
    return [*_in_path(route, schemas), *_in_query(route, schemas), *_in_headers(route)]


def _in_path(route: Route, schemas: dict[str, Schema]) -> list[dict[str, Any]]:
    return [
        {"in": "path", "name": name, "required": True, "description": PATH_TEXTS.get(name, ""),
         "schema": {"type": "string", "format": "uuid"} if converter == "uuid" else _word(name, schemas)}
        for converter, name in PATH_ARGUMENT.findall(route.path)
    ]  # fmt: skip


def _word(name: str, schemas: dict[str, Schema]) -> Schema:
    if name == "queue":
        return words_of(QueueName, schemas)
    if name == "name":
        text = "The types of problem that the service tells of."
        schemas["ProblemName"] = {"type": "string", "enum": sorted(problem_types()), "description": text}
        return {"$ref": "#/components/schemas/ProblemName"}
    known: dict[str, Schema] = {
        "day": {"type": "string", "format": "date"},
        "slug": {"type": "string", "pattern": f"^{SLUG}$", "maxLength": 63},
        "message": {"type": "string", "pattern": f"^{MESSAGE_ID}$"},
    }
    return known.get(name, {"type": "string"})


def _in_query(route: Route, schemas: dict[str, Schema]) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    if isinstance(route.query, OneOf):
        return [each for kind in route.query.kinds for each in _of_class(kind, schemas, of_a_kind=True)]
    return _of_class(route.query, schemas)


def _of_class(kind: type, schemas: dict[str, Schema], *, of_a_kind: bool = False) -> list[dict[str, Any]]:
    """The query parameters that a class reads; of a question about one kind of plan they say so."""
    declared: dict[str, Schema] = {}
    schema_of(kind, declared)
    made = declared.pop(kind.__name__)
    for name, schema in declared.items():
        schemas.setdefault(name, schema)
    parameters = []
    for name, schema in made["properties"].items():
        text = schema.pop("description")
        required = name in made.get("required", ())
        if of_a_kind:
            text = f"Of a {QUESTIONS[kind]} plan, {'required' if required else 'may be left out'}: {text}"
        parameters.append({
            "in": "query", "name": name, "description": text, "required": required and not of_a_kind,
            "schema": _never_null(schema),
        })  # fmt: skip
    return parameters


def _never_null(schema: Schema) -> Schema:
    """A query has no null: what may be None is left out instead."""
    if "anyOf" in schema:
        rest = {name: value for name, value in schema.items() if name != "anyOf"}
        return {**schema["anyOf"][0], **rest}
    return {**schema, "type": schema["type"][0]} if isinstance(schema.get("type"), list) else schema


def _in_headers(route: Route) -> list[dict[str, Any]]:
    return [
        {"in": "header", "name": name, "description": ASKED[name], "schema": form_of(name)}
        for name in route.headers
    ]
