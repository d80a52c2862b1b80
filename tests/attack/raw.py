"""HTTP written by hand, for what no client library would send."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

PATIENCE_S = 60.0
STRANGERS = "127.0.0.2"  # another address than that of the people who are served meanwhile


def head(method: str, path: str, **headers: str) -> bytes:
    """A request's first lines."""
    told = {"Host": "reveille", **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def connect(host: tuple[str, int], address: str = STRANGERS) -> socket.socket:
    made = socket.create_connection(host, PATIENCE_S, (address, 0))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


@contextmanager
def connections(host: tuple[str, int], count: int) -> Iterator[list[socket.socket]]:
    """So many connections of strangers for the block."""
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(connect(host)) for _ in range(count)]


def status_of(connection: socket.socket) -> int:
    """The status of the answer; 0 when there is none."""
    got = b""
    try:
        while b"\r\n" not in got and (more := connection.recv(4096)):
            got += more
    except (ConnectionError, TimeoutError):
        return 0
    return int(got.split(b" ", 2)[1]) if got.startswith(b"HTTP/") else 0


def closed_within(connection: socket.socket, seconds: float) -> bool:
    """Whether the other side ends the connection in time."""
    connection.settimeout(seconds)
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            if not connection.recv(4096):
                return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return False


def pour(connection: socket.socket, chunk: bytes, times: int) -> int:
    """Send a chunk again and again until the other side hangs up; how many bytes it took."""
    sent = 0
    try:
        for _ in range(times):
            connection.sendall(chunk)
            sent += len(chunk)
    except (ConnectionError, TimeoutError):
        pass
    return sent
