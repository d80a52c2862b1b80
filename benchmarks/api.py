"""The interface under load: a probe beside bare Flask, polls of a job, and the time from POST to plan."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from benchmarks.load import Load, drive, drive_openly, request_bytes
from benchmarks.record import record
from models import migrations
from models.cluster import dialect_url
from models.grants import grant_to_web
from models.settings import Settings
from operations.kept_keys import kept_signing_key, root_keys_beside
from operations.stack.postgres import WEB_ROLE
from operations.stack.servers import start_servers
from web.examples import PLAN_REQUESTS

RUNS = 5
SECONDS = 3.0
CONNECTIONS = 16
PLANS = 40  # of each kind, one after the other
PORT, PEER_PORT = 8131, 8132
START_S = 60.0
BIN = Path(sys.executable).parent
LOGIN = {"email": "bench@example.mil", "password": "bench-password"}

GRANIAN = (
    BIN / "granian",
    "--interface",
    "wsgi",
    "--factory",
    "--no-ws",
    "--blocking-threads",
    "16",
    "--port",
)
GUNICORN = (sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "16", "--bind")


@dataclass(frozen=True, kw_only=True)
class Client:
    """One member's HTTP client."""

    port: int
    token: str = ""

    def send(self, method: str, path: str, data: object = None, **headers: str) -> tuple[int, Any, Any]:
        """Status, headers and JSON of the answer."""
        told = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}", **headers}
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, data=body, headers=told
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, answer.headers, json.loads(answer.read() or b"null")

    def size(self, path: str) -> int:
        """Bytes of the answer's body in gzip."""
        told = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "gzip"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=told)
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return len(answer.read())


def run() -> list[dict[str, Any]]:
    """Measure on the embedded servers, with one web process of 16 threads and one worker."""
    with tempfile.TemporaryDirectory() as folder, platform(Path(folder)) as environ, ExitStack() as stack:
        stack.enter_context(process([*GRANIAN, str(PORT), "web.app:create_app"], environ))
        client = log_in(PORT)
        records = [*_probes(environ), *_polls(client, environ)]
        for module in (("workers", "interactive"), ("workers.relay",)):
            stack.enter_context(process([sys.executable, "-m", *module], environ))
        for kind, wanted in PLAN_REQUESTS.items():
            records += _plans(client, kind, wanted)
        records += [*_finished(client, environ), _logins()]
    return records


@contextmanager
def platform(folder: Path) -> Iterator[dict[str, str]]:
    """The embedded servers at the newest schema; gives the environment of the platform's processes."""
    with start_servers(folder, {}) as servers:
        engine = create_engine(dialect_url(servers.database_url))
        migrations.migrate(engine)
        grant_to_web(engine, WEB_ROLE)
        engine.dispose()
        key = str(kept_signing_key(folder))
        ours = {"REVEILLE_SIGNING_KEY_FILE": key, "REVEILLE_LOG_LEVEL": "warning"}
        ours |= {f"REVEILLE_RATE_{whose}": "100000000" for whose in ("ADDRESS", "ACCOUNT", "TENANT")}
        yield {**os.environ, **servers.environment(), **root_keys_beside(folder, Settings()), **ours}


@contextmanager
def process(command: Sequence[object], environ: dict[str, str]) -> Iterator[None]:
    """A process that is stopped at the end of the block."""
    started = subprocess.Popen([str(word) for word in command], env=environ, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        started.terminate()
        started.wait()


def await_answer(port: int, path: str) -> None:
    """Return as soon as the server answers."""
    give_up = time.monotonic() + START_S
    while time.monotonic() < give_up:
        try:
            Client(port=port).send("GET", path)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise TimeoutError(f"no answer from port {port} within {START_S:g} s")


def log_in(port: int) -> Client:
    """A client with an account of its own."""
    await_answer(port, "/readyz")
    try:
        Client(port=port).send("POST", "/v1/auth/register", {**LOGIN, "name": "Bench"})
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise
    tokens = Client(port=port).send("POST", "/v1/auth/login", LOGIN)[2]
    return Client(port=port, token=tokens["access_token"])


def _probes(environ: dict[str, str]) -> list[dict[str, Any]]:
    probe = request_bytes("GET", "/livez", {})
    with process([*GRANIAN, str(PEER_PORT), "benchmarks.peers.flask_app:create_app"], environ):
        await_answer(PEER_PORT, "/livez")
        ours, theirs = _side_by_side((PORT, probe, 200), (PEER_PORT, probe, 200))
    return [_beside("livez", ours, theirs, "bare Flask, same server")]


def _polls(client: Client, environ: dict[str, str]) -> list[dict[str, Any]]:
    _, headers, _ = client.send("POST", "/v1/plans", PLAN_REQUESTS["workout"])
    path = headers["Location"]
    told = {"Authorization": f"Bearer {client.token}"}
    tag = client.send("GET", path)[1]["ETag"]
    polls = {
        "poll 200": (request_bytes("GET", path, told), 200),
        "poll 304": (request_bytes("GET", path, {**told, "If-None-Match": tag}), 304),
    }
    if find_spec("gunicorn") is None:
        return [_alone(name, _side_by_side((PORT, *poll))[0]) for name, poll in polls.items()]
    with process([*GUNICORN, f"127.0.0.1:{PEER_PORT}", "web.app:create_app()"], environ):
        await_answer(PEER_PORT, "/livez")
        loads = {name: _side_by_side((PORT, *poll), (PEER_PORT, *poll)) for name, poll in polls.items()}
    return [_beside(name, kept[0], kept[1], "gunicorn gthread, same app") for name, kept in loads.items()]


def _finished(client: Client, environ: dict[str, str]) -> list[dict[str, Any]]:
    """Polls of a job that succeeded, with its ETag and a checked token, on the one web process."""
    path = client.send("POST", "/v1/plans", PLAN_REQUESTS["workout"])[1]["Location"]
    while client.send("GET", path)[2]["state"] != "succeeded":
        time.sleep(0.05)
    tag = client.send("GET", path)[1]["ETag"]
    told = {"Authorization": f"Bearer {client.token}", "If-None-Match": tag}
    poll, bare = request_bytes("GET", path, told), request_bytes("GET", "/livez", {})
    with process([*GRANIAN, str(PEER_PORT), "benchmarks.peers.flask_app:create_app"], environ):
        await_answer(PEER_PORT, "/livez")
        ours, theirs = _side_by_side((PORT, poll, 304), (PEER_PORT, bare, 200))
    how: Any = {"status": 304, "connections": 64, "seconds": SECONDS, "per_s": 1_000.0}
    openly = [drive_openly(PORT, poll, **how) for _ in range(RUNS)]
    per_s, p99_ms = statistics.median(o.per_s for o in ours), statistics.median(o.p99_ms for o in openly)
    beside = _beside("poll of a finished job beside a bare route", ours, theirs, "bare Flask, same server")
    return [
        record("api", "poll of a finished job", per_s, "requests/s", runs=RUNS, target=2_000),
        {**beside, "target": 1 / 3, "met": beside["ratio"] >= 1 / 3},
        record("api", "the same at 1,000 a second, p99", p99_ms, "ms", runs=RUNS, target=20.0, at_most=True),
    ]


def _logins() -> dict[str, Any]:
    taken_ms = []
    for _ in range(PLANS):
        began = time.perf_counter()
        Client(port=PORT).send("POST", "/v1/auth/login", LOGIN)
        taken_ms.append(1000 * (time.perf_counter() - began))
    p95 = sorted(taken_ms)[math.ceil(0.95 * PLANS) - 1]
    return record("api", "login, p95", p95, "ms", runs=PLANS, target=80.0, at_most=True)


def _side_by_side(*targets: tuple[int, bytes, int]) -> list[list[Load]]:
    loads: list[list[Load]] = [[] for _ in targets]
    for _ in range(RUNS):
        for kept, (port, request, status) in zip(loads, targets, strict=True):
            kept.append(drive(port, request, status=status, connections=CONNECTIONS, seconds=SECONDS))
    if wrong := sum(load.wrong for kept in loads for load in kept):
        raise RuntimeError(f"{wrong} answers were not of the status that was asked for")
    return loads


def _alone(name: str, ours: list[Load]) -> dict[str, Any]:
    return record("api", name, statistics.median(load.per_s for load in ours), "requests/s", runs=RUNS)


def _beside(name: str, ours: list[Load], theirs: list[Load], peer: str) -> dict[str, Any]:
    value, peer_value = (statistics.median(load.per_s for load in kept) for kept in (ours, theirs))
    ratio = value / peer_value
    return record("api", name, value, "requests/s", runs=RUNS, peer=peer, peer_value=peer_value, ratio=ratio)


def _plan_s(client: Client, wanted: dict[str, Any]) -> float:
    began = time.perf_counter()
    status, _, _ = client.send("POST", "/v1/plans", wanted, Prefer="wait=30")
    if status != 201:
        raise RuntimeError(f"a {wanted['kind']} plan was not ready in time: {status}")
    return time.perf_counter() - began


def _plans(client: Client, kind: str, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    _plan_s(client, {**wanted, "seed": PLANS})  # the worker may still be starting
    taken_s = sorted(_plan_s(client, {**wanted, "seed": seed}) for seed in range(PLANS))
    p50, p95 = statistics.median(taken_s), taken_s[math.ceil(0.95 * PLANS) - 1]
    return [
        record("api", f"POST to {kind} plan, p50", p50, "s", runs=PLANS),
        record("api", f"POST to {kind} plan, p95", p95, "s", runs=PLANS, target=1.0, at_most=True),
    ]
