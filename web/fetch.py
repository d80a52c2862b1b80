"""One GET of a JSON document from an address of the operator's: one deadline for all of it, no redirects."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

MOST_BYTES = 262_144


class FetchError(Exception):
    """No document came; the text says why, for the operator."""


def fetch_json(url: str, *, timeout_s: float) -> dict[str, object]:
    """The JSON object at `url`, https or http.

    Raises
    ------
    FetchError
        When nothing that is one comes within `timeout_s`, from the connection to the last byte.
    """
    try:
        with _connected(url, timeout_s) as connection:
            connection.request("GET", _target(url), headers={"Accept": "application/json"})
            answer = connection.getresponse()
            data = answer.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        # Whatever breaks when the socket is shut under the reader's hands: it was too late.
        raise FetchError(f"{url} does not answer: {error or type(error).__name__}") from error
    if answer.status != 200:
        raise FetchError(f"{url} answers {answer.status}")
    if len(data) > MOST_BYTES or answer.length:
        raise FetchError(f"{url} answers more than {MOST_BYTES} bytes, or less than it said")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FetchError(f"{url} does not answer JSON") from error
    if not isinstance(document, dict):
        raise FetchError(f"{url} does not answer a JSON object")
    return document


@contextlib.contextmanager
def _connected(url: str, timeout_s: float) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut off after `timeout_s`: the timeout of a socket begins anew with each byte."""
    split = urlsplit(url)
    host, port = split.hostname or "", split.port
    connection = (
        http.client.HTTPSConnection(host, port, timeout=timeout_s, context=ssl.create_default_context())
        if split.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=timeout_s)
    )
    cut = threading.Timer(timeout_s, _cut, [connection])
    cut.daemon = True
    cut.start()
    try:
        yield connection
    finally:
        cut.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _target(url: str) -> str:
    split = urlsplit(url)
    return (split.path or "/") + (f"?{split.query}" if split.query else "")
