"""A TCP proxy in front of a server whose link can be made slow, silent, half-open, reset or cut."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 65_536
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER of no seconds: closing sends a reset

Dial = Callable[[], socket.socket]


class Link:
    """One client's connection and its own to the server, with a thread for each direction."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._silent = False  # what the client says is swallowed, and it hears nothing any more
        self._open = threading.Semaphore()  # taken by whoever closes it first

    def start(self) -> None:
        for ends in ((self._client, self._server), (self._server, self._client)):
            threading.Thread(target=self._pump, args=ends, name="fault-proxy", daemon=True).start()

    def fall_silent(self) -> None:
        """The server's end is gone, and nobody tells the client."""
        self._silent = True
        _close(self._server, reset=False)

    def close(self, *, reset: bool) -> None:
        if self._open.acquire(blocking=False):
            _close(self._client, reset=reset)
            _close(self._server, reset=reset)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._proxy.let_through()
                if not self._silent:
                    sink.sendall(data)
        if not (self._silent and source is self._server):
            self.close(reset=False)
            self._proxy.forget(self)


class Proxy:
    """Listens on a free port of the loopback and connects each client by `dial`, as well as it may now."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial
        self._links: set[Link] = set()
        self._lock = threading.Lock()
        self._open = threading.Event()  # cleared: nothing goes through, in either direction
        self._open.set()
        self._end = threading.Event()
        self._cut = False
        self._latency_s = 0.0
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._listen, name="fault-proxy", daemon=True).start()

    def slow_down(self, latency_s: float) -> None:
        """Hold back each piece, of either direction, for `latency_s`."""
        self._latency_s = latency_s

    def stall(self) -> None:
        """Let nothing through until `heal`; then what was held back arrives."""
        self._open.clear()

    def half_open(self) -> None:
        """Let every connection of now lose its server without a word; new ones work."""
        for link in self._taken():
            link.fall_silent()

    def reset(self) -> None:
        """Reset every connection of now; new ones work."""
        for link in self._taken():
            link.close(reset=True)

    def cut(self) -> None:
        """Reset every connection, and each new one at once, until `heal`."""
        self._cut = True
        self.reset()

    def lead_to(self, dial: Dial) -> Dial:
        """Reset every connection and lead the new ones elsewhere, as a failover does; the way of before."""
        before, self._dial = self._dial, dial
        self.reset()
        return before

    def heal(self) -> None:
        """From now on everything goes through; what was half-open stays lost."""
        self._cut, self._latency_s = False, 0.0
        self._open.set()

    def close(self) -> None:
        self._end.set()
        self._open.set()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.reset()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.close()

    def let_through(self) -> None:
        """Wait as long as what is wrong now lets a piece wait."""
        self._open.wait()
        if self._latency_s:
            self._end.wait(self._latency_s)

    def forget(self, link: Link) -> None:
        with self._lock:
            self._links.discard(link)

    def _taken(self) -> list[Link]:
        with self._lock:
            return list(self._links)

    def _listen(self) -> None:
        with suppress(OSError):
            while not self._end.is_set():
                client, _ = self._door.accept()
                self._welcome(client)

    def _welcome(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._cut:
                raise ConnectionRefusedError
            link = Link(self, client, self._dial())
        except OSError:  # the server is away, as its clients are to see
            _close(client, reset=True)
            return
        with self._lock:
            self._links.add(link)
        link.start()


def _close(end: socket.socket, *, reset: bool) -> None:
    with suppress(OSError):
        if reset and end.family != socket.AF_UNIX:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            end.shutdown(socket.SHUT_RD)  # says nothing to the other end
        else:
            end.shutdown(socket.SHUT_RDWR)
    # A shutdown wakes the thread that reads here, which closing alone does not.
    with suppress(OSError):
        end.close()
