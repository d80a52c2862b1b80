"""One POST to one address that was looked at before, under one deadline: no redirects, hardly any body."""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping, Sequence

from models.events.receiver import Receiver

MOST_BYTES = 65_536  # of an answer: its headers, and what comes with them
BODY_BYTES = 4_096  # of its body, at most, and only so that the receiver sees its answer taken


class Wire:
    """A connected socket whose every byte has to come before one deadline, and not too many of them."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline  # of time.monotonic()

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(left_s(self._deadline))
        self._connection.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Answer(self._connection, self._deadline))

    def close(self) -> None:
        """Nothing: whoever connected closes the socket, after the answer was read."""


class _Answer(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._left == 0:
            raise http.client.HTTPException("the answer is too long")
        self._connection.settimeout(left_s(self._deadline))
        count = self._connection.recv_into(buffer, min(len(buffer), self._left))
        self._left -= count
        return count


def left_s(deadline: float) -> float:
    """Seconds until `deadline`; `TimeoutError` when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


def post(
    receiver: Receiver,
    addresses: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    timeout_s: float,
    tls: ssl.SSLContext,
) -> int:
    """POST `body` to the first of `addresses` that takes a connection; return the answer's status.

    Raises
    ------
    OSError, http.client.HTTPException
        When nothing that is an answer comes within `timeout_s`, counted from now to the end of its headers.
    """
    deadline = time.monotonic() + timeout_s
    with connect(receiver, addresses, deadline, tls) as connection:
        return _exchange(Wire(connection, deadline), receiver, headers, body)


def connect(
    receiver: Receiver, addresses: Sequence[str], deadline: float, tls: ssl.SSLContext
) -> socket.socket:
    """A connection to one of `addresses`; with TLS, to one that proves to be `receiver.host`."""
    connection = _connect_first(addresses, receiver.port, deadline)
    if receiver.scheme != "https":
        return connection
    try:
        connection.settimeout(left_s(deadline))
        return tls.wrap_socket(connection, server_hostname=receiver.host)
    except BaseException:
        connection.close()
        raise


def _connect_first(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    for number, address in enumerate(addresses, 1):
        try:
            # An address, not a name: nothing is looked up. One that stays silent leaves time for the rest.
            share_s = left_s(deadline) / (len(addresses) - number + 1)
            return socket.create_connection((address, port), timeout=share_s)
        except OSError:
            if number == len(addresses):
                raise
    raise OSError("no address to connect to")


def _exchange(wire: Wire, receiver: Receiver, headers: Mapping[str, str], body: bytes) -> int:
    connection = http.client.HTTPConnection(receiver.host)
    connection.sock = wire
    connection.putrequest("POST", receiver.target, skip_host=True, skip_accept_encoding=True)
    told = {"Host": receiver.authority, "Content-Length": str(len(body)), "Connection": "close", **headers}
    for name, value in told.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    with contextlib.suppress(OSError, http.client.HTTPException):  # the status is all that counts
        answer.read1(BODY_BYTES)
    return answer.status
