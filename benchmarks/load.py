"""A small load generator: some kept connections, each with one request under way at a time.

`drive` is a closed loop and tells how much a server can do; `drive_openly` sends at a rate, whatever comes
back, and times each answer from the moment at which its request was meant to be sent.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
WARM_UP_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a server did under load: answers a second, their latencies, and answers of another status."""

    per_s: float
    p50_ms: float
    p99_ms: float
    wrong: int


def request_bytes(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    """One HTTP/1.1 request without a body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def drive(port: int, request: bytes, *, status: int, connections: int, seconds: float) -> Load:
    """Send `request` to 127.0.0.1:`port` over and over for `seconds`; every answer must be of `status`."""
    return asyncio.run(_drive(port, request, status, connections, seconds))


async def _drive(port: int, request: bytes, status: int, connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Client(request, status), "127.0.0.1", port)
        for _ in range(connections)
    ]
    clients = [client for _, client in made]
    await asyncio.sleep(WARM_UP_S)
    for client in clients:
        client.timed.clear()
    await asyncio.sleep(seconds)
    latencies_s = sorted(took for client in clients for _, took in client.timed)
    for transport, _ in made:
        transport.close()
    return Load(
        per_s=len(latencies_s) / seconds,
        p50_ms=1000 * statistics.median(latencies_s),
        p99_ms=1000 * latencies_s[int(0.99 * len(latencies_s))],
        wrong=sum(client.wrong for client in clients),
    )


def drive_openly(
    port: int, request: bytes, *, status: int, connections: int, seconds: float, per_s: float
) -> Load:
    """Send `request` `per_s` times a second for `seconds`; every answer must be of `status`."""
    return asyncio.run(_drive_openly(port, request, status, connections, seconds, per_s))


async def _drive_openly(
    port: int, request: bytes, status: int, connections: int, seconds: float, per_s: float
) -> Load:
    loop = asyncio.get_running_loop()
    due: deque[float] = deque()
    free: list[Client] = []

    def done(client: Client) -> None:
        if due:
            client.send(due.popleft())
        else:
            free.append(client)

    made = [
        await loop.create_connection(lambda: Client(request, status, done), "127.0.0.1", port)
        for _ in range(connections)
    ]
    clients = [client for _, client in made]
    free += clients
    began = time.perf_counter()
    for number in range(int(per_s * (WARM_UP_S + seconds))):
        moment = began + number / per_s
        if (left := moment - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        if free:
            free.pop().send(moment)
        else:
            due.append(moment)
    while len(free) < connections:
        await asyncio.sleep(0.01)
    timed = sorted((end, took) for client in clients for end, took in client.timed)
    latencies_s = sorted(took for end, took in timed if end - took >= began + WARM_UP_S)
    for transport, _ in made:
        transport.close()
    return Load(
        per_s=len(latencies_s) / seconds,
        p50_ms=1000 * statistics.median(latencies_s),
        p99_ms=1000 * latencies_s[int(0.99 * len(latencies_s))],
        wrong=sum(client.wrong for client in clients),
    )


@dataclass
class Client(asyncio.Protocol):
    """One connection: sends the request again as soon as the answer is whole, or leaves that to `done`."""

    request: bytes
    status: int
    done: Callable[[Client], None] | None = None
    timed: list[tuple[float, float]] = field(default_factory=list)  # an answer's end and latency
    wrong: int = 0
    transport: asyncio.WriteTransport | None = None
    data: bytes = b""
    due: float = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)
        if self.done is None:
            self.send(time.perf_counter())

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not found or len(body) < (int(length[1]) if length else 0):
            return
        now = time.perf_counter()
        self.timed.append((now, now - self.due))
        self.wrong += int(head[9:12]) != self.status
        if self.done is None:
            self.send(now)
        else:
            self.done(self)

    def send(self, due: float) -> None:
        """Send the request, which was meant to be sent at `due`."""
        self.data, self.due = b"", due
        cast(asyncio.WriteTransport, self.transport).write(self.request)
