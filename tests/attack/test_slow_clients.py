"""Clients that trickle: hundreds of them are shut out or wait, and others are served."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import pytest

from tests.attack.raw import closed_within, connections, head, status_of
from tests.attack.served import BODY, Served

HUNDREDS = 300
HEADER_S = 10.0  # of the Procfile's web line
SOON_S = 2.0
FLAT_BYTES = 64 * 2**20


def others_are_served(served: Served, times: int = 20) -> float:
    """Ask as a member from another address; the median of the seconds that an answer takes."""
    client = replace(served.client, token=served.token)
    took = []
    for _ in range(times):
        began = time.monotonic()
        assert client.send("GET", "/v1/profile").status == 200
        took.append(time.monotonic() - began)
    return statistics.median(took)


def test_headers_that_never_end_or_begin_are_cut_off_and_others_are_served(served: Served) -> None:
    before = served.memory_bytes()
    with connections(served.host, HUNDREDS) as strangers:
        for each in strangers[::2]:
            each.sendall(head("GET", "/v1/profile")[:-2] + b"X-A: ")
        assert others_are_served(served) < SOON_S
        assert all(closed_within(each, 3 * HEADER_S) for each in strangers)
    assert served.memory_bytes() - before < FLAT_BYTES


@pytest.mark.parametrize("path", ["/v1/auth/logout", "/v1/plans"])
def test_bodies_that_never_end_leave_threads_and_a_place_for_others(served: Served, path: str) -> None:
    before = served.memory_bytes()
    client = replace(served.client, token=served.token)
    begun = head(
        "POST", path, Authorization=f"Bearer {client.token}", Content_Type="application/json",
        Content_Length="1000",
    )  # fmt: skip
    with connections(served.host, HUNDREDS) as strangers:
        for each in strangers:
            each.sendall(begun + b"{")
        assert others_are_served(served) < SOON_S
        assert client.send("PUT", "/v1/profile", BODY).status == 200
        answered = [status_of(each) for each in strangers[HUNDREDS // 2 :]]
        assert answered.count(503) >= len(answered) - 16  # threads: those that got a place wait for the rest
    assert client.send("PUT", "/v1/profile", BODY).status == 200
    assert served.memory_bytes() - before < FLAT_BYTES
