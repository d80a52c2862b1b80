"""What a route answers: its successes as it declares them, and every refusal that can come."""

from __future__ import annotations

from typing import Any

from models.access.account import Role
from planners.schema import Schema
from web.deprecations import deprecated_of
from web.headers import ALWAYS, ANSWERED, LIMITED, form_of
from web.openapi.parameters import PATH_ARGUMENT
from web.openapi.schemas import answer_schema
from web.problems import MEDIA, ProblemType, problem_types
from web.routes import JSON, Answer, Route

PROBLEM = {"$ref": "#/components/schemas/Problem"}


def responses_of(route: Route, schemas: dict[str, Schema]) -> dict[str, Any]:
    """Every answer of `route` by its status."""
    answers = {str(answer.status): _answer(answer, route, schemas) for answer in route.answers}
    return answers | _refusals(route)


def header_name(name: str) -> str:
    """What the header is called among the document's components.

    >>> header_name("Retry-After")
    'RetryAfter'
    """
    return name.replace("-", "")


def header_of(name: str) -> dict[str, Any]:
    """The header as a component of the document."""
    return {"description": ANSWERED[name], "required": name in ALWAYS, "schema": form_of(name)}


def problems_of(route: Route) -> list[str]:
    """The types of problem that a route can answer with: those its declaration implies and its own."""
    names = ["invalid-request", *route.problems]
    if isinstance(route.auth, Role):
        names += ["unauthorized", "forbidden"]
    if PATH_ARGUMENT.search(route.path):
        names.append("not-found")
    if route.body is not None:
        names += ["bad-request", "body-too-large", "unsupported-media-type"]
    if is_limited(route):
        names += ["rate-limited", "unavailable"]
    return list(dict.fromkeys([*names, "fault"]))


def is_limited(route: Route) -> bool:
    """Whether requests to `route` are counted and may be too many."""
    return route.path.startswith("/v1/") and route.path != "/v1/openapi.json"


def _answer(answer: Answer, route: Route, schemas: dict[str, Schema]) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.text}
    if answer.body is not None:
        made["content"] = {answer.media: {"schema": answer_schema(answer.body, schemas)}}
    elif answer.media != JSON:
        made["content"] = {answer.media: {"schema": {"type": "string"}}}
    notices = ("Deprecation", "Sunset", "Link") if deprecated_of(route) else ()
    made["headers"] = _headers(route, *answer.headers, *notices)
    return made


def _refusals(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[ProblemType]] = {}
    for name in problems_of(route):
        kind = problem_types()[name]
        by_status.setdefault(kind.status, []).append(kind)
    return {str(status): _refusal(route, status, kinds) for status, kinds in sorted(by_status.items())}


def _refusal(route: Route, status: int, kinds: list[ProblemType]) -> dict[str, Any]:
    notable = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
    return {
        "description": "; ".join(f"{kind.title} (`{kind.uri}`)" for kind in kinds) + ".",
        "headers": _headers(route, *notable.get(status, ())),
        "content": {MEDIA: {"schema": PROBLEM}},
    }


def _headers(route: Route, *names: str) -> dict[str, Any]:
    every = (*names, "X-Request-Id", *(LIMITED if is_limited(route) else ()))
    return {name: {"$ref": f"#/components/headers/{header_name(name)}"} for name in dict.fromkeys(every)}
