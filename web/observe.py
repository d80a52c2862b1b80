"""What happens around every request: an id, security headers, a count and a log line."""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from flask import Flask, Response, g, request

from models import tenancy
from models.tracing import PARENT, present, span
from web.client_address import client_address, is_over_tls
from web.services import services
from web.tokens import Caller

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
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if OUR_ID.fullmatch(given) else uuid4().hex
    g.span = span("request", kind="SERVER", parent=request.headers.get(PARENT))
    g.seen = g.span.__enter__()


def _end(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if not response.headers["Cache-Control"].startswith("public"):  # else a cache would tell it to others
        for name, value in g.get("rate_headers", {}).items():
            response.headers[name] = value
    for name, value in g.get("notices", ()):
        response.headers.add(name, value)
    if is_over_tls(services().settings.trusted_proxies):
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers["X-Request-Id"] = g.request_id
    seconds = time.perf_counter() - g.started
    route = request.url_rule.rule if request.url_rule else "(none)"
    method = request.method if request.method in METHODS else "(other)"
    services().metrics.observe(method, route, response.status_code, seconds)
    _log(method, route, response.status_code, seconds)
    for name, value in (("http.request.method", method), ("http.route", route)):
        g.seen.set_attribute(name, value)
    g.seen.set_attribute("http.response.status_code", response.status_code)
    g.span.__exit__(None, None, None)
    return response


def _log(method: str, route: str, status: int, seconds: float) -> None:
    quiet = route in PROBES and status < 400
    told = {
        "action": "http.request", "request_id": g.request_id, "method": method, "route": route,
        "status": status, "ms": round(seconds * 1000, 1), PARENT: present(),
    }  # fmt: skip
    logger.log(logging.DEBUG if quiet else logging.INFO, "%s %s %d", method, route, status, extra=told)
