"""Errors as problem documents (RFC 9457): one table from exception to status, type and title."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from models.errors import Conflict, NotFound, Taken, Unavailable
from planners.errors import Infeasible, InvalidRequest
from planners.problems import problem_of
from web.answers import encode
from web.errors import (
    AccountLocked,
    BadCredentials,
    BodyTooLarge,
    Forbidden,
    InvalidHeader,
    KeyReused,
    PreconditionFailed,
    QuotaReached,
    RateLimited,
    Unauthorized,
    WrongMediaType,
)
from web.language.preferred import in_language, language_of_request
from web.language.problem import said_problem

logger = logging.getLogger(__name__)

MEDIA = "application/problem+json"
RETRY_AFTER_S = 2  # when a server of the platform is away


@dataclass(frozen=True, kw_only=True)
class ProblemType:
    """One type of problem: its stable name, its status and title, and what the client can do."""

    name: str
    status: int
    title: str
    remedy: str

    @property
    def uri(self) -> str:
        """The problem's `type`, relative to the service's address."""
        return f"/problems/{self.name}"


def _type(name: str, status: int, title: str, remedy: str) -> ProblemType:
    return ProblemType(name=name, status=status, title=title, remedy=remedy)


# A subclass stands before its base: the first line that fits is taken.
TABLE: tuple[tuple[type[Exception], ProblemType], ...] = (
    (InvalidRequest, _type("invalid-request", 422, "The request is not valid",
        "Mend each field that `errors` points to; `allowed` gives its words or its range.")),
    (Infeasible, _type("infeasible", 422, "No plan can meet the request",
        "`conflicts` says what works against what; any one change of `any_one_of` makes it possible.")),
    (KeyReused, _type("idempotency-key-reused", 422, "The Idempotency-Key belongs to another request",
        "Use a new key for a new request, and the same key only to repeat the same request.")),
    (Unauthorized, _type("unauthorized", 401, "A login is needed",
        "Send `Authorization: Bearer` with an access token from /v1/auth/login.")),
    (BadCredentials, _type("bad-credentials", 401, "That did not log in",
        "Check the e-mail and the password, or log in again where a refresh token was refused.")),
    (AccountLocked, _type("account-locked", 429, "The account is locked for a while",
        "Wait as long as Retry-After says.")),
    (QuotaReached, _type("quota-reached", 429, "Too many requests of the tenant wait",
        "Send it again after as many seconds as Retry-After says; jobs that wait may be cancelled.")),
    (RateLimited, _type("rate-limited", 429, "Too many requests in a short time",
        "Wait as long as Retry-After says; the RateLimit headers tell how many are left.")),
    (Forbidden, _type("forbidden", 403, "This is not allowed", "Ask the operator of the service.")),
    (NotFound, _type("not-found", 404, "There is no such thing here", "Check the address.")),
    (Taken, _type("taken", 409, "That is already in use", "Choose another value.")),
    (Conflict, _type("conflict", 409, "The state does not allow this", "Read the resource and decide anew.")),
    (PreconditionFailed, _type("precondition-failed", 412, "Somebody changed it meanwhile",
        "Read it again, apply the change to what you find, and send it with the new ETag.")),
    (InvalidHeader, _type("invalid-header", 400, "A header cannot be read", "Send it as `detail` says.")),
    (WrongMediaType, _type("unsupported-media-type", 415, "The body's type is not understood",
        "Send JSON with Content-Type: application/json.")),
    (BodyTooLarge, _type("body-too-large", 413, "The body is too large", "Send less.")),
    (Unavailable, _type("unavailable", 503, "The service is not available at the moment",
        "Try again after as many seconds as Retry-After says.")),
)  # fmt: skip

BY_STATUS: dict[int, ProblemType] = {
    400: _type("bad-request", 400, "The request cannot be read", "Send well-formed HTTP."),
    404: _type("not-found", 404, "There is no such thing here", "Check the address."),
    405: _type("method-not-allowed", 405, "The address does not take this method", "See Allow."),
    413: _type("body-too-large", 413, "The body is too large", "Send less."),
    500: _type("fault", 500, "The service failed", "Try again; tell the operator the `request_id`."),
    503: _type("unavailable", 503, "The service is not available at the moment",
        "Try again after as many seconds as Retry-After says."),
}  # fmt: skip


def problem_types() -> dict[str, ProblemType]:
    """Every type of problem by its name."""
    return {kind.name: kind for kind in (*(kind for _, kind in TABLE), *BY_STATUS.values())}


def register_problems(app: Flask) -> None:
    """Answer every error of `app` with a problem document."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer)


def problem_answer(
    kind: ProblemType,
    detail: str,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that tells of a problem of `kind`."""
    body = {"type": kind.uri, "title": kind.title, "status": kind.status, "detail": detail, **(more or {})}
    language = language_of_request()
    told = {**said_problem(body, language), "request_id": g.get("request_id")}
    return in_language(Response(encode(told), kind.status, headers, mimetype=MEDIA), language)


def _answer(error: Exception) -> Response:
    if isinstance(error, Unavailable) and error.cause:
        told = {"action": "http.unavailable", "request_id": g.get("request_id")}
        logger.warning("%s", error.cause, extra=told)
    for fitting, kind in TABLE:
        if isinstance(error, fitting):
            return problem_answer(kind, str(error), _more(error), _headers(error))
    logger.error(
        "%s", error, exc_info=error, extra={"action": "http.fault", "request_id": g.get("request_id")}
    )
    return problem_answer(BY_STATUS[500], "an error that is ours; it has been logged")


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    kind = BY_STATUS.get(status) or _type("http-error", status, error.name, "See the HTTP specification.")
    allow = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    headers = {"Allow": ", ".join(sorted(allow))} if allow else {}
    return problem_answer(kind, kind.title.lower(), headers=headers)


def _more(error: Exception) -> dict[str, Any]:
    if not isinstance(error, InvalidRequest | Infeasible):
        return {}
    carried = problem_of(error)
    return {name: carried[name] for name in ("errors", "conflicts", "any_one_of") if name in carried}


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, Unauthorized):
        reason = f', error="{error.reason}"' if error.reason else ""
        return {"WWW-Authenticate": f'Bearer realm="reveille"{reason}'}
    if isinstance(error, BadCredentials):
        return {"WWW-Authenticate": 'Bearer realm="reveille"'}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(error.retry_after_s), **error.headers}
    if isinstance(error, AccountLocked | QuotaReached):
        return {"Retry-After": str(error.retry_after_s)}
    return {"Retry-After": str(RETRY_AFTER_S)} if isinstance(error, Unavailable) else {}
