"""The whole document: what is said of the service, and every operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apispec import APISpec

from models.access.account import Role
from planners.schema import Schema
from web.deprecations import TABLE, Deprecated, deprecated_of
from web.examples import BODIES
from web.headers import ANSWERED
from web.openapi.answers import header_name, header_of, responses_of
from web.openapi.links import links_of
from web.openapi.parameters import openapi_path, parameters_of
from web.openapi.schemas import body_schema, problem_schemas, used
from web.problems import ProblemType, problem_types
from web.roles import MAY_CALL
from web.routes import JSON, NoAuth, Route

TITLE = "Reveille"
VERSION = "1"
ABOUT = """Workout and nutrition plans. Ask for one with `POST /v1/plans`, poll its job, read the plan.

JSON is snake_case, times are RFC 3339 in UTC, dates ISO 8601, units are in names. Unknown fields and query
parameters are refused. Errors are problem documents (RFC 9457); `type` is stable."""

BEARER = """An access token from `POST /v1/auth/login`, or one of the identity provider that the service
believes, or an API key from `POST /v1/api-keys`. An operation names the roles that may call it."""

TAGS = {
    "accounts": "Accounts, logins, tokens and API keys.",
    "administration": "For administrators: roles, units, the audit log.",
    "unit": "For leaders and specialists of a unit.",
    "profile": "What a member has told about themselves.",
    "privacy": "To have what is held on a member, and to have it deleted.",
    "plans": "Plans: ask for them, read them, change parts of them.",
    "jobs": "How far a plan that was asked for has come.",
    "logs": "What members log, and how they come on.",
    "operations": "For operators: jobs, queues, nights, and the service's own health.",
    "webhooks": "Addresses that are told of the end of jobs.",
    "documentation": "This document, and what it says for people.",
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI document of `routes`."""
    routes = tuple(routes)
    schemas: dict[str, Schema] = problem_schemas()
    spec = APISpec(title=TITLE, version=VERSION, openapi_version="3.1.0", info={"description": ABOUT})
    spec.components.security_scheme(
        "bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": BEARER}
    )
    for name in ANSWERED:
        spec.components.header(header_name(name), header_of(name))
    # Bodies first: a class that is both asked and told is described as it may be sent.
    bodies = {route.name: body_schema(route, schemas) for route in routes if route.body is not None}
    for route in routes:
        operation = {route.method.lower(): _operation(route, bodies.get(route.name), schemas)}
        spec.path(path=openapi_path(route.path), operations=operation)
    made: dict[str, Any] = spec.to_dict()
    made["components"]["schemas"] = used(made, schemas)
    tags = {route.tag for route in routes}
    return {
        **made,
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items() if name in tags],
        "x-problem-types": [_told(kind) for kind in problem_types().values()],
        "x-deprecated": [_deprecated(each) for each in TABLE],
    }


def _operation(route: Route, body: Schema | None, schemas: dict[str, Schema]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "security": _security(route),
        "parameters": parameters_of(route, schemas),
        "responses": responses_of(route, schemas),
    }
    if isinstance(route.auth, NoAuth):
        operation["description"] = f"Needs no login: {route.auth.why}."
    if deprecated := deprecated_of(route):
        operation["x-deprecated"] = [each.name for each in deprecated]
        if any(each.unless is None for each in deprecated):
            operation["deprecated"] = True
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: _content(route, body)}}
    for status, links in links_of(route.name).items():
        operation["responses"][status]["links"] = links
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    if isinstance(route.auth, NoAuth):
        return []
    return [{"bearer": [str(role) for role in Role if role in MAY_CALL[route.auth]]}]


def _content(route: Route, body: Schema) -> dict[str, Any]:
    examples = BODIES.get(route.name, {})
    return {"schema": body, "examples": {name: {"value": value} for name, value in examples.items()}}


def _told(kind: ProblemType) -> dict[str, Any]:
    return {"type": kind.uri, "status": kind.status, "title": kind.title, "remedy": kind.remedy}


def _deprecated(each: Deprecated) -> dict[str, Any]:
    return {
        "name": each.name, "operation": each.route, "what": each.what, "instead": each.instead,
        "since": each.since.isoformat(), "sunset": each.sunset.isoformat(),
    }  # fmt: skip
