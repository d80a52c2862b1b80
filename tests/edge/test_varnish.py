"""deploy/edge/varnish.vcl.template: keeps what is public, lets go of it by key, and passes the rest on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from operations.port import free_port
from tests.conftest import program
from tests.edge.conftest import CACHED, PRIVATE, Web, eventually, filled, get, is_open


@pytest.fixture(scope="module")
def port(webs: tuple[Web, Web], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder, port = is_open(tmp_path_factory.mktemp("varnish")), free_port("127.0.0.1", 0)
    vcl = filled(
        "varnish.vcl.template", folder,
        EDGE_BACKEND_HOST="127.0.0.1", EDGE_BACKEND_PORT=webs[0].port, EDGE_PURGERS='"127.0.0.1";',
    )  # fmt: skip
    process = subprocess.Popen(
        [program("varnishd"), "-F", "-j", "none", "-n", str(folder / "n"), "-f", str(vcl),
         "-a", f"127.0.0.1:{port}", "-s", "malloc,64m"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    eventually(lambda: get(port, CACHED).status == 200)
    yield port
    process.terminate()
    process.wait(timeout=30)


def test_public_answer_is_kept(port: int) -> None:
    get(port, CACHED)
    assert get(port, CACHED, Accept_Language="en-GB,fr;q=0.1").headers["x-cache"] == "HIT"


def test_key_takes_every_answer_that_bears_it_and_no_other(port: int) -> None:
    key = "keys"
    get(port, CACHED)
    assert get(port, CACHED).headers["x-cache"] == "HIT"
    assert get(port, "/", method="PURGE", Surrogate_Key="something-else").status == 200
    assert get(port, CACHED).headers["x-cache"] == "HIT"
    assert get(port, "/", method="PURGE", Surrogate_Key=key).status == 200
    assert get(port, CACHED).headers["x-cache"] == "MISS"


def test_purge_without_a_key_lets_go_of_nothing(port: int) -> None:
    get(port, CACHED)
    assert get(port, "/", method="PURGE").status == 400
    assert get(port, CACHED).headers["x-cache"] == "HIT"


def test_keys_are_not_for_the_outside(port: int) -> None:
    assert {"surrogate-key", "x-keys", "via", "x-varnish"}.isdisjoint(get(port, CACHED).headers)


def test_what_belongs_to_somebody_is_never_kept(port: int) -> None:
    assert [get(port, PRIVATE).headers["x-cache"] for _ in range(2)] == ["MISS", "MISS"]
    asked = [get(port, CACHED, Authorization="Bearer x").headers["x-cache"] for _ in range(2)]
    assert asked == ["MISS", "MISS"]


def test_public_answers_outlive_the_web(port: int, webs: tuple[Web, Web]) -> None:
    get(port, CACHED)
    webs[0].stop()
    try:
        assert get(port, CACHED).status == 200
        assert get(port, PRIVATE).status == 503
    finally:
        webs[0].start()
    eventually(lambda: get(port, PRIVATE).status == 401)


def test_probes_and_counters_are_not_for_the_outside(port: int) -> None:
    assert {get(port, path).status for path in ("/metrics", "/readyz", "/livez")} == {404}
