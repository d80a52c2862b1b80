"""From a declared route to a Flask view: login, query, body, then the handler."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, g

from models.access.account import Role
from models.tenancy import reach_every_tenant, reach_tenant
from web.auditing import is_audited, write_call_down
from web.bodies import json_body, query_texts, read_body, read_query, refuse_query
from web.callers import caller_of_request
from web.deprecations import deprecated_of, headers_of
from web.errors import WebError
from web.observe import take_place
from web.operators import widen_reach
from web.rate_limits import LOGIN_COST
from web.roles import check_may_call
from web.routes import OneOf, Route
from web.services import services
from web.tokens import Caller


def add_routes(app: Flask, routes: Iterable[Route]) -> None:
    """Serve `routes` with `app`."""
    for route in routes:
        app.add_url_rule(
            route.path,
            endpoint=route.name,
            view_func=view_of(route),
            methods=[route.method],
            provide_automatic_options=False,
        )


def view_of(route: Route) -> Callable[..., Response]:
    """The view that does what `route` declares and then calls its handler."""
    audited = is_audited(route)
    deprecated = deprecated_of(route)

    def view(**path: Any) -> Response:
        if deprecated:
            g.notices = tuple(headers_of(deprecated))
        arguments = _arguments(route)
        if audited:
            write_call_down(arguments["caller"], route, path)
        return route.handler(**path, **arguments)

    return view


def _caller(route: Route) -> Caller:
    reach_every_tenant()  # until it is known whose rows there are to see
    try:
        caller = caller_of_request()
    except WebError:
        take_place(None)  # so that guesses are bounded too
        raise
    services().cluster.ring.ready(caller.tenant_id)
    reach_tenant(caller.tenant_id)
    take_place(caller)
    check_may_call(caller, route)
    if route.auth == Role.OPERATOR:
        widen_reach(caller)
    return caller


def _arguments(route: Route) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if isinstance(route.auth, Role):
        arguments["caller"] = _caller(route)
    else:
        reach_every_tenant()
        if route.path.startswith("/v1/"):
            take_place(None, LOGIN_COST if route.tag == "accounts" else 1)
    if route.query is None:
        refuse_query()
    elif isinstance(route.query, OneOf):
        arguments["query"] = query_texts()
    else:
        arguments["query"] = read_query(route.query)
    if isinstance(route.body, OneOf):
        arguments["body"] = json_body()
    elif route.body is not None:
        arguments["body"] = read_body(route.body)
    return arguments
