"""One owner for a data folder: a lock that ends with its last holder, and the record of who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from operations.stack.errors import StackError, from_os_error
from operations.stack.folder import DataFolder
from operations.stack.orphans import lives

DYING_S = 0.5
"""How long a process that was just killed may still seem to live."""
CLEANING_S = 45.0
"""Longest that the servers of a killed owner may take to end."""


def take_lock(folder: DataFolder) -> int:
    """Lock the folder for this process and whoever inherits the descriptor; return the descriptor.

    A killed owner's guardian holds the lock until it has stopped everything, so it is waited for.

    Raises
    ------
    StackError
        When a living process owns the folder, or the guardian of a dead one does not come to an end.
    """
    try:
        descriptor = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        remedy = "another user's `up` made it; name a folder of your own with --data."
        raise from_os_error("Opening", folder.lock, error, remedy) from error
    try:
        _wait_for(descriptor, folder)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _wait_for(descriptor: int, folder: DataFolder) -> None:
    began = time.monotonic()
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        waited_s = time.monotonic() - began
        owner = _read(folder.lock).get("pid", 0)
        if waited_s > DYING_S and _alive(owner):
            raise StackError(
                f"{folder.path} is in use by process {owner}: stop it, or name another folder with --data."
            )
        if waited_s > CLEANING_S:
            raise StackError(f"The servers in {folder.path} do not end: look at {folder.logs}.")
        time.sleep(0.02)


def write_owner(descriptor: int, **record: str | int) -> None:
    """Record the owner (its `pid`, and the servers' URLs) in the lock's file; no record: an ordinary end."""
    content = json.dumps(record).encode() if record else b""
    os.pwrite(descriptor, content, 0)
    os.ftruncate(descriptor, len(content))


def left_behind(descriptor: int) -> bool:
    """Whether the last owner and its guardian were both killed, so that its processes may still run."""
    return os.fstat(descriptor).st_size > 0


def running_owner(path: Path) -> dict[str, Any] | None:
    """The living owner of a data folder, if there is one: its `pid` and its servers' environment."""
    lock = DataFolder(path=path.absolute()).lock
    record = _read(lock)
    return record if "REVEILLE_DATABASE_URL" in record and _is_held(lock) and _alive(record["pid"]) else None


def _is_held(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _read(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _alive(pid: int) -> bool:
    return pid > 0 and psutil.pid_exists(pid) and lives(psutil.Process(pid))
