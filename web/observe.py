"""What happens around every request: an id, security headers, a count and a log line."""

from __future__ import annotations

import logging
import random
import re
import time
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from models import tenancy
from models.tracing import PARENT, present, span
from web.client_address import client_address, is_over_tls
from web.services import services
from web.tokens import Caller

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger(__name__)

OUR_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
PROBES = frozenset({"/livez", "/readyz", "/metrics"})

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Where a handler has not said otherwise."""
ALWAYS = tuple((name.lower(), (name, value)) for name, value in SECURITY_HEADERS.items())
MORE = "reveille.headers"  # in the request's environment: what else its answer says


def observe_requests(app: Flask) -> None:
    """Observe every request that `app` serves."""
    app.before_request(_begin)
    app.after_request(_end)


def take_place(caller: Caller | None, cost: int = 1) -> None:
    """Let the present request in by its rate limits, and keep what its answer says of them.

    Raises
    ------
    RateLimited
        When there were too many.
    """
    address = client_address(services().settings.trusted_proxies)
    left = services().rate_limits.take(address, caller, cost)
    g.rate_headers = left.headers() if left else {}


def _begin() -> None:
    tenancy.reach_nobody()  # whatever the thread served before
    environ = request.environ
    given = environ.get("HTTP_X_REQUEST_ID", "")
    request_id = given if OUR_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
    own = g._get_current_object()  # once, instead of at each name
    own.started, own.request_id = time.perf_counter(), request_id
    environ[MORE] = [("X-Request-Id", request_id)]
    own.span = span("request", kind="SERVER", parent=request.headers.get(PARENT))
    own.seen = own.span.__enter__()


def _end(response: Response) -> Response:
    own, found = g._get_current_object(), services()
    more = request.environ[MORE]
    if not response.headers.get("Cache-Control", "").startswith("public"):  # else a cache tells it to others
        more += own.get("rate_headers", {}).items()
    more += own.get("notices", ())
    if is_over_tls(found.settings.trusted_proxies):
        more.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    seconds = time.perf_counter() - own.started
    rule, method = request.url_rule, request.method
    route = rule.rule if rule else "(none)"
    method = method if method in METHODS else "(other)"
    found.metrics.observe(method, route, response.status_code, seconds)
    _log(method, route, response.status_code, seconds, own.request_id)
    for name, value in (("http.request.method", method), ("http.route", route)):
        own.seen.set_attribute(name, value)
    own.seen.set_attribute("http.response.status_code", response.status_code)
    own.span.__exit__(None, None, None)
    return response


def complete(headers: list[tuple[str, str]], environ: WSGIEnvironment) -> list[tuple[str, str]]:
    """The headers of an answer with those that every answer has, as they go out.

    Lists of pairs, as the server takes them: Flask's own headers take longer than all the rest of a poll.
    """
    there = {name.lower() for name, _ in headers}
    headers += [pair for name, pair in ALWAYS if name not in there]
    headers += environ.get(MORE, ())
    return headers


def _log(method: str, route: str, status: int, seconds: float, request_id: str) -> None:
    level = logging.DEBUG if route in PROBES and status < 400 else logging.INFO
    if not logger.isEnabledFor(level):
        return
    told = {
        "action": "http.request", "request_id": request_id, "method": method, "route": route,
        "status": status, "ms": round(seconds * 1000, 1), PARENT: present(),
    }  # fmt: skip
    logger.log(level, "%s %s %d", method, route, status, extra=told)
