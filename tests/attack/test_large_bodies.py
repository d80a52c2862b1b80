"""Bodies of 100 MB, with their length told or not: refused before they are read, memory flat."""

from __future__ import annotations

import pytest

from tests.attack.raw import connect, head, pour, status_of
from tests.attack.served import Served

MEGABYTE = 2**20
HUNDRED = 100 * MEGABYTE
FLAT_BYTES = 32 * MEGABYTE
PATHS = ["/v1/auth/login", "/v1/plans"]


def headers(served: Served, **more: str) -> dict[str, str]:
    bearer = f"Bearer {served.token}"
    return {"Authorization": bearer, "Content_Type": "application/json", **more}


@pytest.mark.parametrize("path", PATHS)
def test_a_length_that_is_too_large_is_refused_unread(served: Served, path: str) -> None:
    before = served.memory_bytes()
    with connect(served.host) as stranger:
        stranger.sendall(head("POST", path, **headers(served, Content_Length=str(HUNDRED))))
        assert status_of(stranger) == 413
        assert pour(stranger, b" " * MEGABYTE, 100) < HUNDRED
    assert served.memory_bytes() - before < FLAT_BYTES


@pytest.mark.parametrize("path", PATHS)
def test_chunks_without_an_end_are_refused_after_the_most_that_a_body_may_have(
    served: Served, path: str
) -> None:
    before = served.memory_bytes()
    chunk = b"100000\r\n" + b" " * MEGABYTE + b"\r\n"
    with connect(served.host) as stranger:
        stranger.sendall(head("POST", path, **headers(served, Transfer_Encoding="chunked")))
        assert pour(stranger, chunk, 100) < HUNDRED
    assert served.memory_bytes() - before < FLAT_BYTES


def test_a_body_where_none_belongs_is_not_read(served: Served) -> None:
    before = served.memory_bytes()
    with connect(served.host) as stranger:
        stranger.sendall(head("GET", "/v1/profile", **headers(served, Content_Length=str(HUNDRED))))
        assert status_of(stranger) == 200
        assert pour(stranger, b" " * MEGABYTE, 100) < HUNDRED
    assert served.memory_bytes() - before < FLAT_BYTES


def test_headers_of_megabytes_are_refused(served: Served) -> None:
    before = served.memory_bytes()
    with connect(served.host) as stranger:
        pour(stranger, b"GET / HTTP/1.1\r\nX-A: " + b"a" * MEGABYTE, 8)
        assert status_of(stranger) in {0, 400, 431}
    assert served.memory_bytes() - before < FLAT_BYTES
