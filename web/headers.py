"""The request and answer headers that have a meaning of their own here, for the document."""

from __future__ import annotations

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
}
