"""The OpenAPI 3.1 document, made from the routes' declarations and the types that read their bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from apispec import APISpec

from models.access.account import Role
from models.plans.plan import PlanState
from planners.change import ItemQuestion, TrainingQuestion
from planners.plan import NutritionPlan, WorkoutPlan
from planners.schema import Schema, schema_of
from planners.spec import Kind, NutritionRequest, WorkoutRequest
from web.deprecations import TABLE, Deprecated, deprecated_of
from web.headers import ANSWERED, ASKED
from web.problems import MEDIA, ProblemType, problem_types
from web.routes import JSON, Answer, NoAuth, OneOf, Route
from web.schemas import Person

TITLE = "Reveille"
VERSION = "1"
ABOUT = """Workout and nutrition plans. Ask for one with `POST /v1/plans`, poll its job, read the plan.

JSON is snake_case, times are RFC 3339 in UTC, dates ISO 8601, units are in names. Unknown fields and query
parameters are refused. Errors are problem documents (RFC 9457); `type` is stable."""

PATH_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
KINDS: dict[type, Kind] = {
    NutritionRequest: Kind.NUTRITION, WorkoutRequest: Kind.WORKOUT,
    NutritionPlan: Kind.NUTRITION, WorkoutPlan: Kind.WORKOUT,
    ItemQuestion: Kind.NUTRITION, TrainingQuestion: Kind.WORKOUT,
}  # fmt: skip


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI document of `routes`."""
    schemas: dict[str, Schema] = {"Problem": _problem_schema()}
    spec = APISpec(title=TITLE, version=VERSION, openapi_version="3.1.0", info={"description": ABOUT})
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    for route in routes:
        operation = {route.method.lower(): _operation(route, schemas)}
        spec.path(path=openapi_path(route.path), operations=operation)
    for name, schema in schemas.items():
        spec.components.schema(name, schema)
    made: dict[str, Any] = spec.to_dict()
    return {
        **made,
        "x-problem-types": [_told(kind) for kind in problem_types().values()],
        "x-deprecated": [_deprecated(each) for each in TABLE],
    }


def openapi_path(path: str) -> str:
    """A Flask rule as an OpenAPI path.

    >>> openapi_path("/v1/jobs/<uuid:job_id>")
    '/v1/jobs/{job_id}'
    """
    return PATH_ARGUMENT.sub(r"{\2}", path)


def _operation(route: Route, schemas: dict[str, Schema]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "security": [] if isinstance(route.auth, NoAuth) else [{"bearer": []}],
        "parameters": [
            *_path_parameters(route),
            *_query_parameters(route, schemas),
            *_header_parameters(route),
        ],
        "responses": _responses(route, schemas),
    }
    if isinstance(route.auth, NoAuth):
        operation["description"] = f"Needs no login: {route.auth.why}."
    if deprecated := deprecated_of(route):
        operation["x-deprecated"] = [each.name for each in deprecated]
        if any(each.unless is None for each in deprecated):
            operation["deprecated"] = True
    if route.body is not None:
        content: dict[str, Any] = {"schema": _schema(route.body, schemas)}
        if route.examples:
            content["examples"] = {name: {"value": value} for name, value in route.examples.items()}
        operation["requestBody"] = {"required": True, "content": {JSON: content}}
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    formats = {"uuid": {"type": "string", "format": "uuid"}}
    return [
        {"in": "path", "name": name, "required": True, "schema": formats.get(converter, {"type": "string"})}
        for converter, name in PATH_ARGUMENT.findall(route.path)
    ]


def _query_parameters(route: Route, schemas: dict[str, Schema]) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    if isinstance(route.query, OneOf):
        return [each for kind in route.query.kinds for each in _parameters_of(kind, schemas, of_a_kind=True)]
    return _parameters_of(route.query, schemas)


def _parameters_of(
    kind: type, schemas: dict[str, Schema], *, of_a_kind: bool = False
) -> list[dict[str, Any]]:
    """The query parameters that a type reads; of a question about one kind of plan they say so."""
    declared: dict[str, Schema] = {}
    schema_of(kind, declared)
    made = declared.pop(kind.__name__)
    schemas.update(declared)
    parameters = []
    for name, schema in made["properties"].items():
        text = schema.pop("description")
        if of_a_kind:
            needed = "required" if name in made.get("required", ()) else "may be left out"
            text = f"Of a {KINDS[kind]} plan, {needed}: {text}"
        parameters.append({"in": "query", "name": name, "description": text, "schema": schema})
    return parameters


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"in": "header", "name": name, "description": ASKED[name], "schema": {"type": "string"}}
        for name in route.headers
    ]


def _responses(route: Route, schemas: dict[str, Schema]) -> dict[str, Any]:
    notices = ("Deprecation", "Sunset", "Link") if deprecated_of(route) else ()
    answers = {str(answer.status): _answer(answer, schemas, notices) for answer in route.answers}
    return answers | _refusals(route)


def _answer(answer: Answer, schemas: dict[str, Schema], notices: tuple[str, ...] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.text}
    if answer.body is not None:
        made["content"] = {answer.media: {"schema": _schema(answer.body, schemas)}}
    elif answer.media != JSON:
        made["content"] = {answer.media: {"schema": {"type": "string"}}}
    if headers := (*answer.headers, *notices):
        made["headers"] = {n: {"description": ANSWERED[n], "schema": {"type": "string"}} for n in headers}
    return made


def _refusals(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[ProblemType]] = {}
    for name in problems_of(route):
        kind = problem_types()[name]
        by_status.setdefault(kind.status, []).append(kind)
    return {
        str(status): {
            "description": "; ".join(f"{kind.title} (`{kind.uri}`)" for kind in kinds) + ".",
            "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, kinds in sorted(by_status.items())
    }


def problems_of(route: Route) -> list[str]:
    """The types of problem that a route can answer with: those its declaration implies and its own."""
    names = ["invalid-request", *route.problems]
    if isinstance(route.auth, Role):
        names += ["unauthorized", "forbidden"]
    if PATH_ARGUMENT.search(route.path):
        names.append("not-found")
    if route.body is not None:
        names += ["body-too-large", "unsupported-media-type"]
    if route.path.startswith("/v1/") and route.path != "/v1/openapi.json":
        names += ["rate-limited", "unavailable"]
    return list(dict.fromkeys([*names, "fault"]))


def _told(kind: ProblemType) -> dict[str, Any]:
    return {"type": kind.uri, "status": kind.status, "title": kind.title, "remedy": kind.remedy}


def _deprecated(each: Deprecated) -> dict[str, Any]:
    return {
        "name": each.name, "operation": each.route, "what": each.what, "instead": each.instead,
        "since": each.since.isoformat(), "sunset": each.sunset.isoformat(),
    }  # fmt: skip


def _schema(kind: type | OneOf, schemas: dict[str, Schema]) -> Schema:
    if not isinstance(kind, OneOf):
        return schema_of(kind, schemas)
    if kind.words:
        named = zip(kind.kinds, kind.words, strict=True)
        return _one_of(kind.by, {word: _named(each, kind.by, word, schemas) for each, word in named})
    return _one_of(kind.by, {str(KINDS[each]): _schema_of_kind(each, schemas)["$ref"] for each in kind.kinds})


def _one_of(by: str, refs: dict[str, str]) -> Schema:
    return {
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": by, "mapping": refs},
    }


def _named(kind: type, by: str, word: str, schemas: dict[str, Schema]) -> str:
    """The reference to a type that must say its word."""
    ref: str = schema_of(kind, schemas)["$ref"]
    schema = schemas[kind.__name__]
    schema["properties"][by] = {"const": word}
    schema["required"] = list(dict.fromkeys([by, *schema["required"]]))
    return ref


def _schema_of_kind(kind: type, schemas: dict[str, Schema]) -> Schema:
    ref = schema_of(kind, schemas)
    schema = schemas[kind.__name__]
    fields = schema["properties"]
    fields["kind"] = {"const": str(KINDS[kind])}
    if kind in (NutritionRequest, WorkoutRequest):
        fields["member"] = schema_of(Person, schemas)
        schema["required"] = ["kind"]
    else:
        fields.update(_row_fields())
        schema["required"] = list(dict.fromkeys([*schema["required"], "kind", *_row_fields()]))
    return ref


def _row_fields() -> dict[str, Schema]:
    return {
        "id": {"type": "string", "format": "uuid"},
        "created_at": {"type": "string", "format": "date-time"},
        "state": {"type": "string", "enum": [str(state) for state in PlanState]},
    }


def _problem_schema() -> Schema:
    text = {"type": "string"}
    fault = {
        "type": "object",
        "required": ["pointer", "detail"],
        "properties": {
            "pointer": {
                **text,
                "description": "RFC 6901 pointer into the body, or into the query as an object.",
            },
            "detail": text,
            "allowed": {"type": "array", "items": text, "description": "The words or the range it takes."},
        },
    }
    change = {
        "type": "object",
        "required": ["change", "to", "text"],
        "properties": {"change": text, "to": {"type": ["number", "string"]}, "text": text},
    }
    return {
        "type": "object",
        "description": "Why something was refused or failed (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "enum": sorted(k.uri for k in problem_types().values()),
            },
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "request_id": {**text, "description": "Names this occurrence in the service's log."},
            "errors": {"type": "array", "items": fault},
            "conflicts": {"type": "array", "items": text},
            "any_one_of": {"type": "array", "items": change},
        },
    }
