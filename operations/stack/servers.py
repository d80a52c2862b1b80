"""Start what no URL is configured for, wait until it answers, and hand out the addresses."""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from models.settings import Settings
from operations.stack import postgres, urls, valkey
from operations.stack.account import Account, server_account
from operations.stack.errors import StackError, from_os_error
from operations.stack.folder import DataFolder, make_folder, make_sockets, remove_sockets
from operations.stack.guardian import Charge, ServerCommand
from operations.stack.lock import left_behind, running_owner, take_lock, write_owner
from operations.stack.orphans import MARK, end_leftovers

START_S = 120.0
"""Longest a server may take to answer: PostgreSQL may have a long log to replay after a crash."""
LOOK_S = 0.01
PROJECT = Path(__file__).parents[2]

log = logging.getLogger(__name__)


class ServerEndedError(StackError):
    """A server ended before it answered; `name` says which."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Servers:
    """The addresses of PostgreSQL and Redis, and the guardian that ends with `close` or with this process."""

    folder: DataFolder
    database_url: str
    web_database_url: str
    redis_url: str
    cache_url: str
    guardian: subprocess.Popen[bytes]
    lock: int

    def environment(self) -> dict[str, str]:
        """What every process of this platform needs in its environment."""
        return {
            "REVEILLE_DATABASE_URL": self.database_url,
            **({"REVEILLE_WEB_DATABASE_URL": self.web_database_url} if self.web_database_url else {}),
            "REVEILLE_REDIS_URL": self.redis_url,
            **({"REVEILLE_CACHE_URL": self.cache_url} if self.cache_url else {}),
            "REVEILLE_DATA": str(self.folder.path),
            MARK: str(self.folder.path),
        }

    def close(self) -> None:
        """End every process of the data folder, then the servers; a second call does nothing."""
        if self.guardian.stdin is None or self.guardian.stdin.closed:
            return
        try:
            _dismiss(self.guardian, self.folder)
            write_owner(self.lock)
        finally:
            os.close(self.lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.close()


def start_servers(data: Path, environ: Mapping[str, str]) -> Servers:
    """Start PostgreSQL and Valkey in the folder `data`, each only where `environ` configures no URL for it.

    Raises
    ------
    StackError
        One sentence: the folder cannot be used or is in use, a server is missing or does not start, a
        configured address does not answer.
    SettingsError
        When a setting in `environ` breaks its contract.
    """
    settings = Settings.from_environment(environ)
    if settings.database_url:
        urls.check_database(settings.database_url)
    if settings.redis_url:
        urls.check_redis(settings.redis_url)
    folder = make_folder(data)
    lock = take_lock(folder)
    try:
        if left_behind(lock):
            end_leftovers(folder)
        write_owner(lock, pid=os.getpid())
        return _start(folder, settings, server_account(environ, folder.cluster), lock)
    except BaseException as error:
        write_owner(lock)
        os.close(lock)
        if isinstance(error, OSError):
            remedy = "mend that, or name another folder with --data."
            raise from_os_error("Starting the servers in", data, error, remedy) from error
        raise


@contextmanager
def server_environment(data: Path, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment for one command: the servers of the running `up`, or its own for as long as it runs."""
    owner = running_owner(data)
    if owner:
        yield {**environ, **{name: str(owner[name]) for name in owner if name.startswith("REVEILLE_")}}
        return
    with start_servers(data, environ) as servers:
        yield {**environ, **servers.environment()}


def _start(folder: DataFolder, settings: Settings, account: Account, lock: int) -> Servers:
    try:
        return _start_once(folder, settings, account, lock)
    except ServerEndedError as error:
        if error.name != "valkey" or not any(folder.valkey.iterdir()):
            raise
        log.warning("Valkey cannot read its files: they are set aside in %s.", valkey.set_aside(folder))
        return _start_once(folder, settings, account, lock)


def _start_once(folder: DataFolder, settings: Settings, account: Account, lock: int) -> Servers:
    commands: list[ServerCommand] = []
    probes: dict[str, Callable[[], bool]] = {}
    if not settings.redis_url:
        account.own(folder.valkey)
        commands.append(valkey.server_command(folder, account))
        probes["valkey"] = partial(valkey.answers, folder.sockets)
        if not settings.cache_url:
            account.own(folder.cache)
            commands.append(valkey.server_command(folder, account, valkey.CACHE))
            probes["cache"] = partial(valkey.answers, folder.sockets, valkey.CACHE)
    if not settings.database_url:
        postgres.make_cluster(folder, account, lock)
        commands.append(postgres.server_command(folder, account))
        probes["postgres"] = partial(postgres.prepare, folder.sockets)
    make_sockets(folder, account.uid)
    guardian = _start_guardian(folder, commands, lock)
    try:
        for name, answers in probes.items():
            _await(name, answers, guardian, folder)
        _order(guardian, b"keep\n")
    except BaseException:
        _dismiss(guardian, folder)
        raise
    servers = Servers(
        folder=folder,
        database_url=settings.database_url or postgres.database_url(folder.sockets),
        web_database_url=_web_database_url(settings, folder),
        redis_url=settings.redis_url or valkey.redis_url(folder.sockets),
        cache_url=settings.cache_url or ("" if settings.redis_url else _cache_url(folder)),
        guardian=guardian,
        lock=lock,
    )
    write_owner(lock, pid=os.getpid(), **servers.environment())
    return servers


def _cache_url(folder: DataFolder) -> str:
    """The address of the embedded cache."""
    return valkey.redis_url(folder.sockets, valkey.CACHE)


def _web_database_url(settings: Settings, folder: DataFolder) -> str:
    """The address of the database for the web: its own role of the embedded server, or what is configured."""
    if settings.database_url:
        return settings.web_database_url
    return settings.web_database_url or postgres.database_url(folder.sockets, postgres.WEB_ROLE)


def _start_guardian(folder: DataFolder, commands: list[ServerCommand], lock: int) -> subprocess.Popen[bytes]:
    charge = Charge(folder=str(folder.path), lock=lock, servers=commands)
    environ = {name: value for name, value in os.environ.items() if name != MARK}
    with (folder.logs / "guardian.log").open("ab") as errors:
        # A session of its own: what kills the owner's whole group leaves the guardian to clean up.
        guardian = subprocess.Popen(
            [sys.executable, "-m", "operations.stack.guardian"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=PROJECT,
            env=environ,
            pass_fds=[lock],
            start_new_session=True,
        )
    _order(guardian, charge.to_line())
    return guardian


def _order(guardian: subprocess.Popen[bytes], line: bytes) -> None:
    assert guardian.stdin is not None  # noqa: S101 (for the type checker)
    guardian.stdin.write(line)
    guardian.stdin.flush()


def _await(
    name: str, answers: Callable[[], bool], guardian: subprocess.Popen[bytes], folder: DataFolder
) -> None:
    assert guardian.stdout is not None  # noqa: S101 (for the type checker)
    give_up = time.monotonic() + START_S
    while not answers():
        if select.select([guardian.stdout], [], [], LOOK_S)[0]:
            ended = guardian.stdout.readline().decode().partition(" ")[0] or "The guardian"
            raise ServerEndedError(
                ended, f"{ended} does not start ({_last_line(folder, ended)}): see {folder.logs}."
            )
        if time.monotonic() > give_up:
            raise StackError(f"{name} does not answer after {START_S:.0f} s: see {folder.logs}.")


def _last_line(folder: DataFolder, name: str) -> str:
    path = folder.logs / f"{name}.log"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    told = [line for line in lines[-20:] if "FATAL" in line or "error" in line.lower()] or lines[-1:]
    return told[-1].strip().rstrip(".") if told else "no reason given"


def _dismiss(guardian: subprocess.Popen[bytes], folder: DataFolder) -> None:
    """Let the guardian end everything, and do it here if the guardian itself was killed."""
    for pipe in (guardian.stdin, guardian.stdout):
        if pipe is not None:
            pipe.close()
    if guardian.wait() != 0:
        end_leftovers(folder)
        remove_sockets(folder.sockets)
