"""What is deprecated says so: in the answer's headers, in the document and on the page."""

from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask
from werkzeug.http import parse_date

from tests.web.people import BODY, Person
from web.app import ROUTES
from web.deprecations import TABLE
from web.headers import ASKED

PAGE = Path(__file__).parents[2] / "docs" / "versioning.md"
LINK = '</docs#deprecated-profile-without-if-match>; rel="deprecation"; type="text/html"'


def test_a_profile_put_unseen_is_told_that_this_will_end(anna: Person) -> None:
    headers = anna.put("/v1/profile", BODY).headers
    since = datetime.fromtimestamp(int(headers["Deprecation"].removeprefix("@")), UTC)
    assert since == datetime(2026, 12, 1, tzinfo=UTC)
    assert parse_date(headers["Sunset"]) == datetime(2027, 12, 1, tzinfo=UTC)
    assert headers.getlist("Link") == [LINK]


def test_one_that_says_what_it_was_made_from_is_not(anna: Person) -> None:
    tag = anna.get("/v1/profile").headers["ETag"]
    for sent in (tag, "*"):
        headers = anna.put("/v1/profile", BODY, If_Match=sent).headers
        assert {"Deprecation", "Sunset", "Link"}.isdisjoint(headers.keys())


def test_a_refusal_tells_it_too(anna: Person) -> None:
    answer = anna.put("/v1/profile", {"weight_kg": 1})
    assert answer.status_code == 422
    assert answer.headers["Deprecation"].startswith("@")


def test_the_document_tells_it(house: Flask) -> None:
    document = house.test_client().get("/v1/openapi.json").json
    names = [each["name"] for each in document["x-deprecated"]]
    assert names == [each.name for each in TABLE]
    operation = document["paths"]["/v1/profile"]["put"]
    assert operation["x-deprecated"] == ["profile-without-if-match"]
    assert "deprecated" not in operation  # the route itself stays
    assert {"Deprecation", "Sunset", "Link"} <= operation["responses"]["200"]["headers"].keys()


def test_every_line_is_whole() -> None:
    for each in TABLE:
        route = next(route for route in ROUTES if route.name == each.route)
        assert each.unless is None or (each.unless in ASKED and each.unless in route.headers)
        assert (each.sunset - each.since).days >= 180, "docs/versioning.md promises half a year"
        assert each.since >= date(2026, 12, 1)


def test_the_page_has_every_line() -> None:
    told = PAGE.read_text()
    for each in TABLE:
        assert f"| `{each.name}` | {each.since} | {each.sunset} |" in told
