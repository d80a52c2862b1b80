"""Answers: JSON bodies, entity tags and the headers that go with them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import Response, request

PUBLIC = {
    "Cache-Control": "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400",
    "Surrogate-Key": "interface",
}
"""For what only a new release changes, which purges that key at the edge."""
PRIVATE = "private, no-cache"  # the member's own cache may keep it, and asks each time whether it still holds


def json_answer(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`data`, a dataclass or JSON data, as the answer's body."""
    return Response(encode(data), status, headers, mimetype="application/json")


def tagged(response: Response, tag: str | None = None) -> Response:
    """Give the answer an ETag, of its bytes where no `tag` is given; 304 when the client has it already."""
    response.headers.setdefault("Cache-Control", PRIVATE)
    if tag is None:
        response.add_etag()
    else:
        response.set_etag(tag)
    # The usual question, of one tag that still holds, is answered without reading headers into objects.
    if request.environ.get("HTTP_IF_NONE_MATCH") == response.headers["ETag"] and request.method == "GET":
        response.status_code = 304
        response.response = ()
    else:
        response.make_conditional(request)
    return response


def public(response: Response) -> Response:
    """Let every cache keep an answer that is the same for everybody, and name it so that it can be purged."""
    response.headers.update(PUBLIC)
    return response


def encode(data: object) -> str:
    """`data` as JSON text; times as RFC 3339 in UTC."""
    plain = dataclasses.asdict(data) if dataclasses.is_dataclass(data) else data  # type: ignore[arg-type]
    return json.dumps(plain, default=_plain, separators=(",", ":"), allow_nan=False) + "\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")
