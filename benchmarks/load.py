"""A small load generator: some kept connections, each with one request under way at a time."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Mapping
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
        client.latencies_s.clear()
    await asyncio.sleep(seconds)
    latencies_s = sorted(latency for client in clients for latency in client.latencies_s)
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
    """One connection: sends the request again as soon as the answer is whole."""

    request: bytes
    status: int
    latencies_s: list[float] = field(default_factory=list)
    wrong: int = 0
    transport: asyncio.WriteTransport | None = None
    data: bytes = b""
    sent: float = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not found or len(body) < (int(length[1]) if length else 0):
            return
        self.latencies_s.append(time.perf_counter() - self.sent)
        self.wrong += int(head[9:12]) != self.status
        self._send()

    def _send(self) -> None:
        self.data, self.sent = b"", time.perf_counter()
        cast(asyncio.WriteTransport, self.transport).write(self.request)
