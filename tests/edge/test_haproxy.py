"""deploy/edge/haproxy.cfg: healthy servers only, drained on command, and no POST done twice."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from operations.port import free_port
from tests.conftest import program
from tests.edge.conftest import CACHED, EDGE, Web, eventually, get, is_open


@dataclass(frozen=True, kw_only=True)
class Balancer:
    port: int
    socket: Path

    def tell(self, command: str) -> str:
        """One command of the runtime interface, and what it answers."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.socket))
            line.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: line.recv(65_536), b"")).decode()

    def states(self) -> dict[str, tuple[str, int]]:
        """server → its state and how many sessions it has had."""
        names, *lines = self.tell("show stat").lstrip("# ").splitlines()
        rows = [dict(zip(names.split(","), line.split(","), strict=True)) for line in lines if line]
        servers = [row for row in rows if row["pxname"] == "web" and row["svname"].startswith("web-")]
        return {row["svname"]: (row["status"], int(row["stot"])) for row in servers}


@pytest.fixture(scope="module")
def balancer(webs: tuple[Web, Web], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Balancer]:
    folder = is_open(tmp_path_factory.mktemp("ha"))
    port = free_port("127.0.0.1", 0)
    environ = {
        **os.environ, "EDGE_RUN": str(folder), "EDGE_HTTP": f"127.0.0.1:{port}",
        "EDGE_CONNECTIONS": "50",
        "EDGE_WEB_1": f"127.0.0.1:{webs[0].port}", "EDGE_WEB_2": f"127.0.0.1:{webs[1].port}",
    }  # fmt: skip
    command = [program("haproxy"), "-f", str(EDGE / "haproxy.cfg")]
    subprocess.run([*command, "-c"], check=True, capture_output=True, env=environ)
    process = subprocess.Popen(
        [*command, "-db"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    ours = Balancer(port=port, socket=folder / "haproxy.sock")
    eventually(lambda: get(port, CACHED).status == 200)
    yield ours
    process.terminate()
    process.wait(timeout=30)


def test_both_webs_are_asked(balancer: Balancer) -> None:
    eventually(lambda: {state for state, _ in balancer.states().values()} == {"UP"})
    before = balancer.states()
    with ThreadPoolExecutor(4) as threads:
        assert {got.status for got in threads.map(lambda _: get(balancer.port, CACHED), range(200))} == {200}
    after = balancer.states()
    assert all(after[name][1] > before[name][1] for name in after)


def test_drained_web_gets_nothing_new_and_comes_back(balancer: Balancer) -> None:
    balancer.tell("set server web/web-1 state drain")
    before = balancer.states()
    assert {get(balancer.port, CACHED).status for _ in range(20)} == {200}
    after = balancer.states()
    assert after["web-1"][1] == before["web-1"][1]
    assert after["web-2"][1] == before["web-2"][1] + 20
    balancer.tell("set server web/web-1 state ready")
    eventually(lambda: balancer.states()["web-1"][0] == "UP")


def test_dead_web_is_found_by_its_health_and_costs_no_get(balancer: Balancer, webs: tuple[Web, Web]) -> None:
    webs[1].stop()
    try:
        assert {get(balancer.port, CACHED).status for _ in range(30)} == {200}
        eventually(lambda: balancer.states()["web-2"][0] == "DOWN")
    finally:
        webs[1].start()
    eventually(lambda: balancer.states()["web-2"][0] == "UP")


def test_web_that_comes_back_warms_up(balancer: Balancer, webs: tuple[Web, Web]) -> None:
    """Its weight grows over ten seconds: right after it is up it stands below the full one."""
    webs[0].stop()
    eventually(lambda: balancer.states()["web-1"][0] == "DOWN")
    webs[0].start()
    eventually(lambda: balancer.states()["web-1"][0] == "UP")
    weight = int(balancer.tell("get weight web/web-1").split()[0])
    assert weight == 1  # the configured one; HAProxy tells the present share beside it
    eventually(lambda: get(balancer.port, CACHED).status == 200)


def test_post_is_not_repeated(balancer: Balancer) -> None:
    """A server that takes the request and hangs up may have done it: nobody does it again."""
    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        port = trap.getsockname()[1]
        seen: list[bytes] = []
        balancer.tell("disable health web/web-1")
        balancer.tell("set server web/web-2 state maint")
        balancer.tell(f"set server web/web-1 addr 127.0.0.1 port {port}")
        with ThreadPoolExecutor(1) as thread:
            served = thread.submit(hang_up, trap, seen)
            got = get(
                balancer.port, "/v1/auth/login", method="POST", body=b"{}", Content_Type="application/json"
            )
            served.result()
        assert got.status == 502
        assert len(seen) == 1


def hang_up(trap: socket.socket, seen: list[bytes]) -> None:
    """Take one request, and close without an answer; any further one would be seen within a second."""
    connection, _ = trap.accept()
    seen.append(connection.recv(65_536))
    connection.close()
    trap.settimeout(1.0)
    try:
        again, _ = trap.accept()
    except TimeoutError:
        return
    seen.append(again.recv(65_536))
    again.close()


def test_outside_sees_no_probes_and_no_large_body_passes(balancer: Balancer) -> None:
    assert {get(balancer.port, path).status for path in ("/metrics", "/readyz", "/livez")} == {404}
    assert get(balancer.port, "/v1/auth/login", method="POST", body=b"x" * 300_000).status == 413
