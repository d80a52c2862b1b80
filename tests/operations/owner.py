"""A process that owns a data folder for the tests: starts the servers, says where, and waits to be stopped.

`python -m tests.operations.owner FOLDER` prints one line of JSON: the environment and the guardian's pid, or
the sentence of the error. It ends when standard input closes. `owning` runs it from a test, as any user.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations.stack import become
from operations.stack.errors import StackError
from operations.stack.servers import start_servers

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A running owner: its process, and what it printed."""

    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    guardian: int
    error: str

    def libpq_url(self) -> str:
        return self.environment["REVEILLE_DATABASE_URL"].replace("+psycopg", "")


@contextmanager
def owning(folder: Path, uid: int | None = None) -> Iterator[Owner]:
    """An owner of `folder` for the block, as the present user or, from root, as the user `uid`."""
    argv = [sys.executable, "-m", "tests.operations.owner", str(folder)]
    if uid is not None:
        # The interpreter may lie in root's home; the ordinary user gets the right to read it, and no more.
        argv = become.command(uid, uid, pass_everywhere=True, argv=argv)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REVEILLE_")}
    process = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, env=environ, start_new_session=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        yield Owner(process=process, **said)
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait()


def main() -> None:
    said: dict[str, object] = {"environment": {}, "guardian": 0, "error": ""}
    try:
        with start_servers(Path(sys.argv[1]), os.environ) as servers:
            print(
                json.dumps({**said, "environment": servers.environment(), "guardian": servers.guardian.pid}),
                flush=True,
            )
            sys.stdin.read()
    except StackError as error:
        print(json.dumps({**said, "error": str(error)}), flush=True)


if __name__ == "__main__":
    main()
