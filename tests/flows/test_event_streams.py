"""Events through the real web server, from a real worker."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from operations.client import Client
from operations.demo import nutrition_request, workout_request
from operations.demo_login import demo_login
from operations.running import Platform, running_platform, start_platform, stop_platform
from tests.web.sse import Told, blocks

PATIENCE_S = 60.0


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REVEILLE_EVENT_STREAMS", "1")
    return tmp_path / "data"


def login(platform: Platform) -> Client:
    return platform.client.login(*demo_login(platform.client, platform.data))


class Stream:
    """A connection that reads what comes, as it comes."""

    def __init__(self, client: Client, path: str, after: str | None = None) -> None:
        at = urlsplit(client.address)
        self.connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=PATIENCE_S)
        headers = {"Authorization": f"Bearer {client.token}", "Connection": "close"}
        headers |= {"Last-Event-ID": after} if after else {}
        self.connection.request("GET", f"{path}/events", headers=headers)
        self.answer = self.connection.getresponse()
        self.told = blocks(self._parts())

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self.connection.close()

    def _parts(self) -> Iterator[bytes]:
        while part := self.answer.read1(65_536):
            yield part


def follow(client: Client, path: str) -> list[Told]:
    """Every event until the last, coming again whenever the stream ends before."""
    heard: list[Told] = []
    while True:
        with Stream(client, path, after=heard[-1].id if heard else None) as stream:
            if stream.answer.status == 204:
                return heard
            heard += [told for told in stream.told if told.event]


def first_retry(client: Client, path: str) -> int | None:
    """The time to the next try that a stream begins with; the stream is then cut off."""
    with Stream(client, path) as stream:
        return next(stream.told).retry


def test_a_plan_is_followed_from_the_request_to_its_end(data: Path) -> None:
    with running_platform(data) as platform:
        client = login(platform)
        for request in (nutrition_request(), workout_request()):
            path = client.request_plan(request)
            heard = follow(client, path)
            job = client.send("GET", path).body
            assert heard[-1].event == "succeeded"
            assert heard[-1].data["plan_id"] == job["plan_id"]
            ids = [tuple(map(int, told.id.split("-"))) for told in heard]
            assert ids == sorted(set(ids))
            assert {told.event for told in heard} <= {"queued", "started", "progress", "succeeded"}


def test_beyond_the_cap_listeners_are_answered_at_once_and_hear_the_end_as_well(data: Path) -> None:
    with running_platform(data, "--workers", "0", "--batch-workers", "0") as platform:
        client = login(platform)
        path = client.request_plan(nutrition_request())
        with Stream(client, path) as held:
            first = [next(held.told), next(held.told)]
            with Stream(client, path) as other:
                crowded = list(other.told)
            assert [told.event for told in crowded] == [None, "queued"]
            assert crowded[0].retry > first[0].retry
            client.send("DELETE", path)
            assert [told.event for told in held.told if told.event] == ["cancelled"]
        assert [told.event for told in follow(client, path)] == ["cancelled"]


def test_a_listener_that_goes_away_leaves_its_place(data: Path) -> None:
    with running_platform(data, "--workers", "0", "--batch-workers", "0") as platform:
        client = login(platform)
        path = client.request_plan(nutrition_request())
        usual = first_retry(client, path)
        while first_retry(client, path) != usual:
            pass  # until the server has noticed


def test_a_stop_waits_for_its_streams_and_ends_them_in_order(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVEILLE_EVENT_STREAM_S", "2")
    platform = start_platform(data, "--workers", "0", "--batch-workers", "0")
    client = login(platform)
    with Stream(client, client.request_plan(nutrition_request())) as stream:
        assert next(stream.told).retry
        assert stop_platform(platform) == 0
        told = list(stream.told)
    assert [each.event for each in told if each.event] == ["queued"]
    assert told[-1].retry
