"""Processes that belong to a data folder, found by a mark in their environment or by where they work."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from operations.stack.folder import DataFolder

LOOK_S = 0.02
MARK = "REVEILLE_UP"
"""Environment variable that every process started for a data folder carries; its value is the folder."""


def marked(folder: DataFolder) -> list[psutil.Process]:
    """Every process, with its descendants, that carries the folder's mark; not this one."""
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and _mark_of(p) == str(folder.path)]


def servers_of(folder: DataFolder) -> list[psutil.Process]:
    """PostgreSQL's and Valkey's own processes: they work inside the data folder."""
    places = {folder.cluster.resolve(), folder.valkey.resolve(), folder.cache.resolve()}
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and _place_of(p) in places]


def end(processes: Iterable[psutil.Process], *, grace_s: float) -> None:
    """Ask the processes to end, and kill those that have not after `grace_s`."""
    asked = list(processes)
    _signal(asked, signal.SIGTERM)
    _signal(wait(asked, timeout_s=grace_s), signal.SIGKILL)
    wait(asked, timeout_s=grace_s)


def wait(processes: Iterable[psutil.Process], *, timeout_s: float) -> list[psutil.Process]:
    """Wait until the processes have ended; return those that have not.

    One that nobody has buried yet (a zombie, as in a container whose first process does not look) has ended.
    """
    give_up = time.monotonic() + timeout_s
    left = [process for process in processes if lives(process)]
    while left and time.monotonic() < give_up:
        time.sleep(LOOK_S)
        left = [process for process in left if lives(process)]
    return left


def lives(process: psutil.Process) -> bool:
    """Whether the process runs, and is neither another under its number nor a zombie."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def end_marked(folder: DataFolder, *, grace_s: float) -> None:
    """End every marked process; a second look finds those that were born meanwhile."""
    give_up = time.monotonic() + 10 * grace_s
    while (found := marked(folder)) and time.monotonic() < give_up:
        end(found, grace_s=grace_s)


def end_leftovers(folder: DataFolder) -> None:
    """End what a killed owner with a killed guardian left running."""
    end_marked(folder, grace_s=2.0)
    postmasters = [p for p in servers_of(folder) if _place_of(p) != _parent_place(p)]
    # A postmaster takes SIGINT as the order to end every session and close the files in order.
    _signal(postmasters, signal.SIGINT)
    wait(postmasters, timeout_s=20.0)
    end(servers_of(folder), grace_s=5.0)


def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def _mark_of(process: psutil.Process) -> str | None:
    try:
        mark: str | None = process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None
    return mark


def _place_of(process: psutil.Process) -> Path | None:
    try:
        return Path(process.cwd())
    except (psutil.Error, OSError):
        return None


def _parent_place(process: psutil.Process) -> Path | None:
    parent = process.parent()
    return _place_of(parent) if parent else None
