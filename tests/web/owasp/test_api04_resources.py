"""API4:2023 Unrestricted resource consumption: size, depth, pages and rates have ends."""

import io
import json
import tracemalloc
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.web.people import NUTRITION, Person, join, pointers
from web.app import ROUTES

MEGABYTE = 1_000_000


class Endless(io.RawIOBase):
    """A body of 100 MB that is never whole in memory; counts what was read of it."""

    def __init__(self) -> None:
        self.left = 100 * MEGABYTE
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(len(buffer), self.left)
        buffer[:count] = b" " * count
        self.left -= count
        self.read_bytes += count
        return count


class TestUnrestrictedResourceConsumption:
    @pytest.mark.parametrize("told", [True, False])
    def test_a_body_of_100_mb_is_refused_before_it_is_read(self, guest: Person, told: bool) -> None:
        body, bearer = Endless(), {"Authorization": f"Bearer {guest.tokens['access_token']}"}
        length = {"Content-Length": str(body.left)} if told else {"Transfer-Encoding": "chunked"}
        tracemalloc.start()
        environ = EnvironBuilder(
            "/v1/plans", method="POST", content_type="application/json", headers={**bearer, **length}
        ).get_environ()
        environ |= {"wsgi.input": io.BufferedReader(body), "wsgi.input_terminated": True}
        data, status, _ = run_wsgi_app(guest.app, environ, buffered=True)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (status[:3], json.loads(b"".join(data))["type"]) == ("413", "/problems/body-too-large")
        assert body.read_bytes < MEGABYTE
        assert peak < 4 * MEGABYTE

    @pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 33 + "]" * 33])
    def test_deep_json_is_refused(self, guest: Person, text: str) -> None:
        answer = guest.send("POST", "/v1/plans", data=text, content_type="application/json")
        assert answer.status_code in {413, 422}

    @pytest.mark.parametrize("change", [{"days": 10**9}, {"days": 32}, {"dislikes": ["x"] * 10_000}])
    def test_a_plan_has_an_end(self, guest: Person, change: dict[str, object]) -> None:
        assert guest.post("/v1/plans", {**NUTRITION, **change}).status_code == 422

    def test_every_list_has_pages_with_an_end(self, house: Flask) -> None:
        document = house.test_client().get("/v1/openapi.json").json
        limits = [
            parameter["schema"]["maximum"]
            for operations in document["paths"].values() for operation in operations.values()
            for parameter in operation["parameters"] if parameter["name"] == "limit"
        ]  # fmt: skip
        assert limits
        assert max(limits) <= 500

    def test_a_page_beyond_the_end_is_refused(self, guest: Person) -> None:
        assert pointers(guest.get("/v1/plans?limit=101")) == ["/limit"]
        assert pointers(guest.get("/v1/plans?limit=0")) == ["/limit"]

    def test_every_route_of_the_interface_can_say_that_it_is_too_much(self, house: Flask) -> None:
        document = house.test_client().get("/v1/openapi.json").json
        for route in ROUTES:
            if route.path.startswith("/v1/") and route.path != "/v1/openapi.json":
                path = route.path.replace("<uuid:", "{").replace("<", "{").replace(">", "}")
                assert "429" in json.dumps(document["paths"][path][route.method.lower()]["responses"]), path

    def test_an_account_is_slowed_down(self, make_app: Callable[..., Flask]) -> None:
        anna = join(make_app(rate_account=2), "anna@example.mil")
        assert [anna.get("/v1/plans").status_code for _ in range(3)] == [200, 200, 429]
