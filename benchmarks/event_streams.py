"""How many listeners one web process carries: by streams held open, and by polling beyond their cap."""

from __future__ import annotations

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil

from benchmarks.api import BIN, Client, log_in, platform, process
from benchmarks.load import request_bytes
from benchmarks.record import record
from models.cluster import Cluster
from models.events.publisher import Publisher
from models.jobs.cancel import cancel
from models.redis import connect
from models.settings import Settings
from web.examples import PLAN_REQUESTS

PORT = 8141
CASES = ((16, 4, 4), (256, 128, 128), (16, 4, 100), (16, 4, 1_000))  # threads, streams, listeners
SETTLE_S = 7.0  # until every listener is in its rhythm
WATCH_S = 5.0
END_S = 20.0
FIELD = re.compile(rb"(retry|id|event): (.*)\n")
GRANIAN = (BIN / "granian", "--interface", "wsgi", "--factory", "--no-ws", "--port", PORT)


def run() -> list[dict[str, Any]]:
    """Each case with a web process of its own; one job, which is cancelled while everybody listens."""
    records: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, platform(Path(folder)) as environ:
        for threads, streams, listeners in CASES:
            ours = {"REVEILLE_WEB_THREADS": str(threads), "REVEILLE_EVENT_STREAMS": str(streams)}
            told = {**environ, **ours}
            with process([*GRANIAN, "--blocking-threads", threads, "web.app:create_app"], told):
                case = Case(told, listeners)
                asyncio.run(case.measure())
            name = f"{listeners} listeners, {streams} streams, {threads} threads"
            records += case.records(name)
    return records


@dataclass
class Listener:
    """A client that follows the standard: it comes again after `retry`, with the id of its last event."""

    token: str
    path: str
    last: str = ""
    ended_at: float | None = None

    async def follow(self) -> None:
        while self.ended_at is None:
            retry_s = await self._connect()
            if self.ended_at is None:
                await asyncio.sleep(retry_s)

    async def _connect(self) -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        headers = {"Host": "x", "Connection": "close", "Authorization": f"Bearer {self.token}"}
        headers |= {"Last-Event-ID": self.last} if self.last else {}
        writer.write(request_bytes("GET", self.path, headers))
        retry_s = 1.0
        async for line in reader:
            found = FIELD.fullmatch(line)
            if found and found[1] == b"retry":
                retry_s = int(found[2]) / 1000
            elif found and found[1] == b"id":
                self.last = found[2].decode()
            elif found and found[2] == b"cancelled":
                self.ended_at = time.time()
        writer.close()
        return retry_s


@dataclass
class Case:
    """A number of listeners at one process, and what was seen of it."""

    environ: dict[str, str]
    listeners: int
    seen: dict[str, float] = field(default_factory=dict)

    async def measure(self) -> None:
        client = await asyncio.to_thread(log_in, PORT)
        wanted = {**PLAN_REQUESTS["nutrition"], "seed": self.listeners}
        _, _, job = await asyncio.to_thread(client.send, "POST", "/v1/plans", wanted)
        process = _web_process()
        before = process.memory_info().rss
        everybody = [Listener(client.token, f"/v1/jobs/{job['id']}/events") for _ in range(self.listeners)]
        following = [asyncio.create_task(listener.follow()) for listener in everybody]
        await asyncio.sleep(SETTLE_S)
        await self._watch(process, client, f"/v1/jobs/{job['id']}")
        self.seen["memory"] = process.memory_info().rss - before
        at = await asyncio.to_thread(self._cancel, UUID(job["id"]))
        await asyncio.wait(following, timeout=END_S)
        heard = sorted(listener.ended_at - at for listener in everybody if listener.ended_at is not None)
        self.seen |= {"heard": len(heard), "median": statistics.median(heard), "most": heard[-1]}

    async def _watch(self, process: psutil.Process, client: Client, path: str) -> None:
        """The process's CPU, and how long another client's poll takes meanwhile."""
        cpu, begin, waits = sum(process.cpu_times()[:2]), time.perf_counter(), []
        while time.perf_counter() < begin + WATCH_S:
            start = time.perf_counter()
            await asyncio.to_thread(client.send, "GET", path)
            waits.append(time.perf_counter() - start)
            await asyncio.sleep(0.05)
        spent = sum(process.cpu_times()[:2]) - cpu
        self.seen["cpu"] = spent / (time.perf_counter() - begin)
        self.seen["poll"] = statistics.quantiles(waits, n=20)[-1]

    def _cancel(self, job_id: UUID) -> float:
        """Cancel the job as another process would; when that was committed."""
        settings = Settings.from_environment(self.environ)
        publisher = Publisher(connect(settings))
        cluster = Cluster(settings, name="benchmark", publish=publisher.publish)
        with cluster.write(job_id) as session:
            cancel(session, job_id)
        at = time.time()
        cluster.close()
        publisher.close()
        return at

    def records(self, name: str) -> Iterator[dict[str, Any]]:
        for metric, unit, value in (
            ("heard the end", "share", self.seen["heard"] / self.listeners),
            ("the end is heard after, median", "s", self.seen["median"]),
            ("the end is heard after, at most", "s", self.seen["most"]),
            ("CPU of the web process", "cores", self.seen["cpu"]),
            ("memory of the web process grows by", "MB", self.seen["memory"] / 1e6),
            ("another client's poll, p95", "s", self.seen["poll"]),
        ):
            yield record("event_streams", f"{name}: {metric}", value, unit, runs=self.listeners)


def _web_process() -> psutil.Process:
    """The process behind the port: the largest of granian's."""
    ours = [p for p in psutil.process_iter(["cmdline"]) if str(PORT) in (p.info["cmdline"] or [])]
    everybody = {p for found in ours for p in (found, *found.children(recursive=True))}
    return max(everybody, key=lambda p: p.memory_info().rss)
