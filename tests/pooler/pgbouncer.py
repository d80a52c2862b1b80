"""A pgbouncer in transaction mode that gives everybody one connection to each server."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from operations.port import free_port
from operations.stack.account import Account
from operations.stack.postgres import WEB_ROLE
from tests.conftest import PGBOUNCER

CONFIGURATION = """
[databases]
{databases}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 1
max_client_conn = 100
"""


@contextmanager
def pgbouncer(
    folder: Path, account: Account, servers: Mapping[str, Path], database: str = ""
) -> Iterator[int]:
    """Run one before the sockets of these `servers`, by the names that it is asked for; its port.

    With a `database` the names are other words for it; else they are the databases' own, and * is any.
    """
    port = free_port("127.0.0.1", 0)
    named = f" dbname={database}" if database else ""
    databases = "\n".join(f"{name} = host={sockets}{named}" for name, sockets in servers.items())
    (folder / "users").write_text(f'"{WEB_ROLE}" ""\n')
    ini = folder / "pgbouncer.ini"
    ini.write_text(CONFIGURATION.format(databases=databases, port=port, folder=folder))
    for path in (folder, *folder.iterdir()):
        os.chown(path, account.uid, account.gid)
    command = account.command([str(PGBOUNCER), str(ini)], [folder, *servers.values()])
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        while "process up" not in (line := process.stderr.readline()):
            assert line, "pgbouncer did not start"
        drain = threading.Thread(target=process.stderr.read)
        drain.start()
        yield port
    finally:
        process.terminate()
        process.wait()
        drain.join()
        process.stderr.close()
