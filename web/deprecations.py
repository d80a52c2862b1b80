"""What is still taken and will not be for ever: one table, told in headers, the document and on a page.

A line is added in the release that gives clients something better, and taken out, with what it describes, in
the first release after its sunset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask import request
from werkzeug.http import http_date

from web.routes import Route


@dataclass(frozen=True, kw_only=True)
class Deprecated:
    """One thing that clients should stop doing.

    `route` is the name of the operation; the whole of it, or only requests that come without the header
    `unless`.
    """

    name: str
    route: str
    what: str
    instead: str
    since: date
    sunset: date
    unless: str | None = None

    @property
    def told_at(self) -> str:
        """Where people read of it."""
        return f"/docs#deprecated-{self.name}"


TABLE = (
    Deprecated(
        name="profile-without-if-match",
        route="put_profile",
        what="PUT /v1/profile without If-Match, which overwrites what another device has just changed.",
        instead="Send If-Match with the ETag of the profile that the change was made from, or `If-Match: *` "
        "to overwrite whatever is there. After the sunset a request without it is refused with 428.",
        since=date(2026, 12, 1),
        sunset=date(2027, 12, 1),
        unless="If-Match",
    ),
)


def deprecated_of(route: Route) -> tuple[Deprecated, ...]:
    """What is deprecated of a route."""
    return tuple(each for each in TABLE if each.route == route.name)


def headers_of(known: tuple[Deprecated, ...]) -> Iterator[tuple[str, str]]:
    """What the answer to the present request says of it: RFC 9745, RFC 8594."""
    for each in known:
        if each.unless is None or each.unless not in request.headers:
            yield "Deprecation", f"@{int(_moment(each.since).timestamp())}"
            yield "Sunset", http_date(_moment(each.sunset))
            yield "Link", f'<{each.told_at}>; rel="deprecation"; type="text/html"'


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
