"""A port to listen on, checked before anything is started."""

from __future__ import annotations

import errno
import socket

from operations.errors import UpError


def free_port(host: str, port: int) -> int:
    """`port` if it can be bound, or a free one for 0.

    Raises
    ------
    UpError
        When it cannot be bound: in use, not allowed, or no address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise UpError(_sentence(host, port, error)) from None
        bound: int = probe.getsockname()[1]
        return bound


def dialled(host: str) -> str:
    """The host to dial for a server that listens on `host`, as it stands in an address."""
    known = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 (compared, not bound)
    return known.get(host, f"[{host}]" if ":" in host else host)


def _sentence(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: stop the process that has it, or name another port with --port."
    reason = error.strerror if isinstance(error, OSError) else "a port is a number from 0 to 65535"
    return f"{host}:{port} cannot be listened on ({reason}): name others with --host and --port."
