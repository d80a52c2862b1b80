"""A platform of one's own for a while: `reveille up` as a child process, for the demo and the flow tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations.client import Client
from operations.errors import UpError

REVEILLE = Path(sys.executable).with_name("reveille")


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A running `reveille up`: its process, its address and its data folder."""

    process: subprocess.Popen[str]
    client: Client
    data: Path


def start_platform(
    data: Path, *options: str, through: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Platform:
    """Start `reveille up` on a free port with its data in `data`; return when it is ready.

    It stops when it is told to, and also when this process is gone. `through` is a command that runs another;
    `environ` is its environment, by default this process's.

    Raises
    ------
    UpError
        When it ends before it is ready, with what it said.
    """
    command = [str(REVEILLE), "up", "--port", "0", "--data", str(data), "--with-parent", *options]
    process = subprocess.Popen([*through, *command], stdout=-1, stderr=-1, text=True, env=environ)
    assert process.stdout is not None  # noqa: S101 (for the type checker)
    said = process.stdout.readline().split()
    if said[:1] != ["ready"]:
        _, told = process.communicate()
        raise UpError(told.strip().removeprefix("reveille: ") or "`reveille up` ended without a word.")
    return Platform(process=process, client=Client(address=said[1]), data=data)


def stop_platform(platform: Platform) -> int:
    """Drain and stop it; its exit code."""
    platform.process.terminate()
    platform.process.communicate()
    return platform.process.returncode


@contextmanager
def running_platform(
    data: Path, *options: str, environ: Mapping[str, str] | None = None
) -> Iterator[Platform]:
    """A platform for the block."""
    platform = start_platform(data, *options, environ=environ)
    try:
        yield platform
    finally:
        stop_platform(platform)
