"""Answers in gzip for clients that take it (RFC 9110, 8.4 and 12.5.3).

An answer of some size is sent compressed, with a tag of its own: `"abc"` as it is, `"abc-gzip"` compressed,
so that no cache joins parts of the two. Either is known again in If-None-Match and If-Match.

What holds a secret, such as a token, is never compressed: its length would tell of the secret to whoever may
put text beside it (BREACH). Streams are not either: each event is to leave at once.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from flask import Flask, Response, request

from web.routes import Route

LEAST_BYTES = 1_024  # below, the headers weigh more than what is saved
LEVEL = 5  # 80 KB of plan: 9 KB in 1.5 ms; level 9 saves a twentieth more and takes twice as long
SUFFIX = "-gzip"
GIVEN = "reveille.if_none_match"  # what the client sent, in the request's environment
TYPES = frozenset({"application/json", "application/problem+json", "text/html", "text/csv", "text/calendar"})


def compress_answers(app: Flask, routes: Iterable[Route]) -> None:
    """Compress the answers of `app`, but for those of routes that answer with a secret."""
    secret = frozenset(route.name for route in routes if any(answer.secret for answer in route.answers))
    app.before_request(_read_tags)
    app.after_request(lambda response: _end(response, secret))


def takes_gzip() -> bool:
    """Whether the client takes gzip, and does not rather have the answer as it is."""
    accepted = request.accept_encodings
    return accepted["gzip"] > 0 and accepted["gzip"] >= accepted["identity"]


def compressed(data: bytes) -> bytes:
    """`data` in gzip; the same data gives the same bytes."""
    return gzip.compress(data, LEVEL, mtime=0)


def ready(packed: bytes, response: Response) -> Response:
    """Give `response` the body that is in gzip in `packed` already, as the client takes it."""
    response.vary.add("Accept-Encoding")
    if takes_gzip():
        response.set_data(packed)
        _mark(response)
    else:
        response.set_data(gzip.decompress(packed))
    return response


def _read_tags() -> None:
    given = request.environ.get("HTTP_IF_NONE_MATCH")
    if given and SUFFIX in given:
        request.environ[GIVEN] = given
        request.environ["HTTP_IF_NONE_MATCH"] = given.replace(f'{SUFFIX}"', '"')
    match = request.environ.get("HTTP_IF_MATCH")
    if match and SUFFIX in match:
        request.environ["HTTP_IF_MATCH"] = match.replace(f'{SUFFIX}"', '"')


def _end(response: Response, secret: frozenset[str]) -> Response:
    if response.status_code == 304:
        return _unchanged(response)
    if response.mimetype not in TYPES or not response.is_sequence or request.endpoint in secret:
        return response
    if "Content-Encoding" in response.headers or (response.content_length or 0) < LEAST_BYTES:
        return response
    response.vary.add("Accept-Encoding")
    if takes_gzip():
        response.set_data(compressed(response.get_data()))
        _mark(response)
    return response


def _mark(response: Response) -> None:
    response.headers["Content-Encoding"] = "gzip"
    tag, weak = response.get_etag()
    if tag is not None:
        response.set_etag(tag + SUFFIX, bool(weak))


def _unchanged(response: Response) -> Response:
    """The tag of what the client has: that of the compressed answer where it sent that one."""
    given = request.environ.get(GIVEN)
    if given is None:
        return response
    tag, weak = response.get_etag()
    if tag is not None and f'"{tag}{SUFFIX}"' in given:
        response.set_etag(tag + SUFFIX, bool(weak))
        response.vary.add("Accept-Encoding")
    return response
