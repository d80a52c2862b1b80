"""PostgreSQL servers of the tests' own: a primary and streaming replicas, to be killed, paused, promoted."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from operations.stack import postgres
from operations.stack.account import Account, server_account
from operations.stack.folder import DataFolder
from operations.stack.lock import take_lock
from tests.eventually import eventually


@dataclass
class Node:
    """One server in a folder of its own, behind a socket."""

    folder: Path
    account: Account
    more: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """What it says as its `cluster_name`."""
        return self.folder.name

    @property
    def cluster(self) -> Path:
        return self.folder / "postgres"

    @property
    def sockets(self) -> Path:
        return self.folder / "run"

    def start(self) -> Node:
        """Start it, and wait until it answers."""
        own = {"unix_socket_directories": str(self.sockets), "cluster_name": self.name}
        settings = {**postgres.SETTINGS, **self.more, **own}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        argv = [str(postgres.programs() / "postgres"), "-D", str(self.cluster), *options]
        reaches = [postgres.programs(), self.cluster, self.sockets]
        with (self.folder / "log").open("ab") as log:
            command = self.account.command(argv, reaches)
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        eventually(self._answers_or_ended)
        return self

    def answers(self) -> bool:
        try:
            self.superuser().close()
        except psycopg.OperationalError:
            return False
        return True

    def _answers_or_ended(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()
        return self.answers()

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets), user=postgres.SUPERUSER, dbname=database, autocommit=True
        )

    def ask(self, statement: str) -> object:
        with self.superuser() as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def url(self, database: str, role: str = postgres.ROLE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    def pause(self) -> None:
        """Replay nothing from here on; what comes is kept."""
        self.ask("SELECT pg_wal_replay_pause()")
        eventually(lambda: self.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def resume(self) -> None:
        self.ask("SELECT pg_wal_replay_resume()")

    def promote(self) -> None:
        self.ask("SELECT pg_promote(true, 60)")

    def start_alone(self) -> None:
        """Come back as a primary that needs nobody's word: the worst that can come back."""
        (self.cluster / "postgresql.auto.conf").write_text("")
        self.start()

    def kill(self) -> None:
        """As a machine that loses its power: postmaster and sessions at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self._end(signal.SIGQUIT)

    def _end(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, number)
        self.process.wait()


def several_hosts(nodes: Sequence[Node], database: str, role: str = postgres.ROLE) -> str:
    """The address of whichever of them is the primary."""
    hosts = quote(",".join(str(node.sockets) for node in nodes), safe="")
    return f"postgresql://{role}@/{database}?host={hosts}&target_session_attrs=read-write"


def follow(node: Node, *others: Node) -> None:
    """Let a replica follow whichever of the others is the primary, whoever it was made from."""
    hosts = ",".join(str(other.sockets) for other in others)
    source = f"host={hosts} user={postgres.SUPERUSER} target_session_attrs=read-write"
    node.ask(f"ALTER SYSTEM SET primary_conninfo = '{source} application_name={node.folder.name}'")
    node.ask("SELECT pg_reload_conf()")


def new_primary(folder: Path, more: Mapping[str, str]) -> Node:
    """A new cluster with the platform's roles, running."""
    account = server_account(os.environ, folder / "postgres")
    data = DataFolder(path=folder)
    lock = take_lock(data)
    postgres.make_cluster(data, account, lock)
    os.close(lock)
    node = Node(folder, account, more)
    account.own(node.sockets)
    node.start()
    assert postgres.prepare(node.sockets)
    return node


def new_replica(folder: Path, primary: Node) -> Node:
    """A streaming replica of `primary`, running."""
    node = Node(folder, primary.account, primary.more)
    for path in (node.cluster, node.sockets):
        node.account.own(path)
    source = f"host={primary.sockets} user={postgres.SUPERUSER} application_name={folder.name}"
    argv = [str(postgres.programs() / "pg_basebackup"), "--pgdata", str(node.cluster), "--dbname", source]
    options = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]
    reaches = [postgres.programs(), node.cluster, primary.sockets]
    subprocess.run(node.account.command([*argv, *options], reaches), check=True, capture_output=True, cwd="/")
    return node.start()
