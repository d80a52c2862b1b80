"""The request and answer headers that have a meaning of their own here, for the document."""

from __future__ import annotations

from typing import Any

ASKED: dict[str, str] = {
    "If-None-Match": "ETags that the client has; 304 when one of them still holds.",
    "If-Match": "The ETag that the change was made from: 412 when the profile has moved on; `*`: overwrite "
    "whatever is there. A request without it is taken until its sunset.",
    "Last-Event-ID": "The `id` of the last event that the client has: the stream goes on after it.",
    "Prefer": "`wait=N`: hold the answer up to N seconds for the plan. The service may wait less (RFC 7240).",
    "Idempotency-Key": "1-255 visible ASCII characters of the client's choice, new for each new request: "
    "a repeat with the same key gives the same job. It is kept for 24 hours at least.",
}

ANSWERED: dict[str, str] = {
    "ETag": "Names this state of the resource.",
    "Location": "Address of what was made.",
    "Retry-After": "Seconds after which to ask again.",
    "Preference-Applied": "The wait that was honoured.",
    "Link": "Addresses of what belongs to it.",
    "Content-Disposition": "The name of a file to keep it in.",
    "Deprecation": "Since when the request, as it was made, is deprecated (RFC 9745).",
    "Sunset": "From when on it may be refused (RFC 8594).",
    "WWW-Authenticate": "How to log in, and what was wrong with the token (RFC 6750).",
    "RateLimit-Policy": "The limit that is nearest to being reached: its name, `q` requests in `w` seconds.",
    "RateLimit": "How many requests are left of it, `r`, and in how many seconds all are, `t`.",
    "X-Request-Id": "Names the request in the service's log: the client's own, where it sent one.",
}

LIMITED = ("RateLimit-Policy", "RateLimit")
"""Of every answer to a request that was counted."""

ALWAYS = frozenset({"ETag", "Content-Disposition", "WWW-Authenticate", "X-Request-Id"})
"""Those that are never missing where they are documented; the others come when there is something to say."""

FORMS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {"pattern": r'^"?[\x21\x23-\x5b\x5d-\x7e]{1,255}"?$'},
    "Last-Event-ID": {"pattern": r"^([0-9]{1,9}-[0-9]{1,9})?$"},
    "Location": {"format": "uri-reference"},
    "Retry-After": {"type": "integer", "minimum": 0},
    "X-Request-Id": {"pattern": r"^[A-Za-z0-9._-]{8,64}$"},
}
"""What their values look like, where more can be said than that they are text."""


def form_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a header's value."""
    return {"type": "string", **FORMS.get(name, {})}
