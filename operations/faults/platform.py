"""A platform whose processes and servers faults can reach, and whose links go through fault proxies."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis

from models.sealing.roots import new_root_key
from operations.faults.proxy import Dial, Proxy
from operations.running import Platform, running_platform
from operations.stack.folder import DataFolder
from operations.stack.orphans import servers_of
from operations.stack.servers import Servers, start_servers
from operations.stack.valkey import socket_path

PARTS = {
    "worker": "interactive",
    "relay": "workers.relay",
    "web": "web.app:create_app",
    "scheduler": "scheduler",
}
"""The platform's processes by the last word of their command lines."""

SERVERS = {"postgresql": "postgres", "redis": "valkey-server"}


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """A running platform, the servers behind it, and the proxies between them."""

    platform: Platform
    servers: Servers
    database_link: Proxy
    redis_link: Proxy

    def processes(self, part: str) -> list[psutil.Process]:
        """The processes of a part of the platform that live now."""
        with suppress(psutil.NoSuchProcess):
            everyone = psutil.Process(self.platform.process.pid).children(recursive=True)
            return [process for process in everyone if _last_word(process) == PARTS[part]]
        return []

    def server(self, name: str) -> list[psutil.Process]:
        """Every process of a server."""
        found = servers_of(DataFolder(path=self.servers.folder.path))
        return [process for process in found if _name(process) == SERVERS[name]]

    def kill_server(self, name: str) -> int:
        """Kill it with all its processes; its guardian starts it again."""
        return send(self.server(name), signal.SIGKILL)

    def redis_client(self) -> redis.Redis:
        """A client that reaches Redis whatever its link is like."""
        return redis.Redis.from_url(self.servers.redis_url)


@contextmanager
def exposed_platform(folder: Path, *options: str, **settings: str) -> Iterator[Exposed]:
    """Servers, a proxy before each, and a platform with these `settings` that knows only the proxies."""
    with ExitStack() as stack:
        servers = stack.enter_context(start_servers(folder / "servers", {}))
        database_link = stack.enter_context(Proxy(unix_dial(servers.folder.sockets / ".s.PGSQL.5432")))
        redis_link = stack.enter_context(Proxy(unix_dial(socket_path(servers.folder.sockets))))
        environ = {
            **os.environ,
            "REVEILLE_DATABASE_URL": f"postgresql://reveille@127.0.0.1:{database_link.port}/reveille",
            "REVEILLE_REDIS_URL": f"redis://127.0.0.1:{redis_link.port}/0",
            "REVEILLE_ROOT_KEYS": new_root_key(),
            **{f"REVEILLE_{name.upper()}": value for name, value in settings.items()},
        }
        running = running_platform(folder / "platform", *options, environ=environ)
        platform = stack.enter_context(running)
        yield Exposed(platform=platform, servers=servers, database_link=database_link, redis_link=redis_link)


def send(processes: list[psutil.Process], number: signal.Signals) -> int:
    """Send a signal to those that live; how many there were."""
    reached = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
            reached += 1
    return reached


def unix_dial(path: Path) -> Dial:
    def dial() -> socket.socket:
        end = socket.socket(socket.AF_UNIX)
        try:
            end.connect(str(path))
        except OSError:
            end.close()
            raise
        return end

    return dial


def _last_word(process: psutil.Process) -> str:
    try:
        return str((process.cmdline() or [""])[-1])
    except psutil.Error:
        return ""


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.Error:
        return ""
