"""deploy/edge/nginx.conf.template: TLS, balance, a cache of what is public, and nothing else let through."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from operations.port import free_port
from tests.conftest import program
from tests.edge.conftest import (
    CACHED,
    PRIVATE,
    Got,
    Web,
    eventually,
    filled,
    get,
    is_open,
    listening,
)


@dataclass(frozen=True, kw_only=True)
class Edge:
    http: int
    https: int
    folder: Path

    def let_go(self, key: str) -> None:
        """Purge what bears `key`, as an operator does: a new number, and a reload."""
        (self.folder / "generations").write_text(f"{key} {time.time_ns()};\n")
        os.kill(int((self.folder / "nginx.pid").read_text()), signal.SIGHUP)

    def get(self, path: str, **more: object) -> Got:
        return get(self.https, path, tls=True, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def edge(
    webs: tuple[Web, Web], certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Edge]:
    folder = is_open(tmp_path_factory.mktemp("nginx"))
    ports = Edge(http=free_port("127.0.0.1", 0), https=free_port("127.0.0.1", 0), folder=folder)
    (folder / "generations").write_text("")
    configuration = filled(
        "nginx.conf.template", folder,
        EDGE_RUN=folder, EDGE_LOG=folder / "lines", EDGE_CONNECTIONS=20,
        EDGE_GENERATIONS=folder / "generations",
        EDGE_HTTP=f"127.0.0.1:{ports.http}", EDGE_HTTPS=f"127.0.0.1:{ports.https}",
        EDGE_CERTIFICATE=certificate[0], EDGE_CERTIFICATE_KEY=certificate[1],
        EDGE_WEB_SERVERS="".join(f"server 127.0.0.1:{web.port} max_fails=1 fail_timeout=2s;" for web in webs),
    )  # fmt: skip
    command = [program("nginx"), "-p", str(folder), "-c", str(configuration)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    # The folders of a test run are its user's alone; in a container nginx runs as nobody else either.
    stays = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
    process = subprocess.Popen([*command, "-g", stays], stderr=subprocess.DEVNULL)
    eventually(lambda: listening(ports.https))
    yield ports
    process.send_signal(signal.SIGQUIT)  # finish what is under way
    assert process.wait(timeout=30) == 0


def test_plain_http_is_sent_to_tls(edge: Edge) -> None:
    got = get(edge.http, "/v1/plans?limit=1", Host="api.example.mil")
    assert (got.status, got.headers["location"]) == (308, "https://api.example.mil/v1/plans?limit=1")


def test_web_knows_that_its_client_came_by_tls(edge: Edge) -> None:
    assert "max-age" in edge.get(CACHED).headers["strict-transport-security"]


def test_public_answer_is_kept_once_for_each_language(edge: Edge) -> None:
    edge.get(CACHED)
    assert edge.get(CACHED, Accept_Language="en-GB").headers["x-cache"] == "HIT"
    assert edge.get(CACHED, Accept_Language="en-US,de;q=0.3").headers["x-cache"] == "HIT"
    assert edge.get(CACHED, method="HEAD").headers["x-cache"] == "HIT"


def test_kept_answer_goes_by_its_key_and_no_other_does(edge: Edge) -> None:
    for key, found in (("interface", "HIT"), ("keys", "MISS")):
        edge.get(CACHED)
        assert edge.get(CACHED).headers["x-cache"] == "HIT"
        before = workers(edge)
        edge.let_go(key)
        eventually(lambda old=before: workers(edge).isdisjoint(old))
        assert edge.get(CACHED).headers["x-cache"] == found


def workers(edge: Edge) -> set[int]:
    """The process ids of the workers that answer; those before a reload go when they have answered."""
    return {child.pid for child in psutil.Process(int((edge.folder / "nginx.pid").read_text())).children()}


def test_what_belongs_to_somebody_is_never_kept(edge: Edge) -> None:
    """Neither the refusal without a token, nor what is public but asked for with one."""
    assert [edge.get(PRIVATE).headers["x-cache"] for _ in range(2)] == ["MISS", "MISS"]
    asked = [edge.get(CACHED, Authorization="Bearer x").headers["x-cache"] for _ in range(2)]
    assert asked == ["BYPASS", "BYPASS"]


def test_clients_without_compression_are_served_plainly(edge: Edge) -> None:
    got = edge.get(CACHED, Accept_Encoding="identity")
    assert "content-encoding" not in got.headers
    assert got.body.startswith(b"{")


def test_probes_and_counters_are_not_for_the_outside(edge: Edge) -> None:
    assert [edge.get(path).status for path in ("/metrics", "/readyz", "/livez")] == [404, 404, 404]


def test_large_bodies_end_here(edge: Edge) -> None:
    assert edge.get("/v1/auth/login", method="POST", body=b"x" * 300_000).status == 413


def test_web_that_dies_costs_no_request_that_may_be_repeated(edge: Edge, webs: tuple[Web, Web]) -> None:
    webs[0].stop()
    try:
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: edge.get(PRIVATE).status, range(60)))
        assert answers == [401] * 60
    finally:
        webs[0].start()


def test_public_answers_outlive_the_web(edge: Edge, webs: tuple[Web, Web]) -> None:
    assert edge.get(CACHED).status == 200
    for web in webs:
        web.stop()
    try:
        assert edge.get(CACHED).status == 200
        assert edge.get(PRIVATE).status in (502, 503, 504)
    finally:
        for web in webs:
            web.start()
        eventually(lambda: edge.get(PRIVATE).status == 401)


def test_one_address_may_not_hold_all_connections(edge: Edge) -> None:
    """Clients that never end their headers: the twentieth and later are refused, and others go on."""
    held = [trickling(edge.https) for _ in range(25)]
    try:
        assert edge.get(CACHED).status in (200, 429)
    finally:
        for connection in held:
            connection.close()
    eventually(lambda: edge.get(CACHED).status == 200)


def trickling(port: int) -> socket.socket:
    context = ssl._create_unverified_context()
    connection = context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=10))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    return connection
