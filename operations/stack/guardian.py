"""The process that starts the servers, keeps them running, and ends everything when its owner is gone.

`python -m operations.stack.guardian` reads one line of JSON (a `Charge`), starts the servers in it and
reports each one that ends as a line on standard output. The line `keep` tells it that all have answered: from
then on it starts again what ends. Standard input is a pipe that only the owner holds: when it closes, by an
ordinary end or because the owner was killed, the guardian stops every process of the data folder and goes. It
holds the folder's lock until then. Signals do not end it: a terminal interrupts the owner, who then closes
the pipe.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from operations.stack.folder import DataFolder, remove_sockets
from operations.stack.lock import write_owner
from operations.stack.orphans import end_marked

GRACE_S = 2.0
STOP_S = 30.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
LOOK_S = 0.1


@dataclass(frozen=True, kw_only=True)
class ServerCommand:
    """How to run one server: its command, where its output goes, and the signal that ends it in order."""

    name: str
    argv: list[str]
    log: str
    stop_signal: int


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What a guardian is given: the data folder, its servers and the descriptor of the lock."""

    folder: str
    lock: int
    servers: list[ServerCommand]

    def to_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Charge:
        fields = json.loads(line)
        return cls(**{**fields, "servers": [ServerCommand(**each) for each in fields["servers"]]})


class KeptServer:
    """One server: started, started again after a pause that doubles while it keeps failing, stopped."""

    def __init__(self, command: ServerCommand) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.pause_s = FIRST_PAUSE_S
        self.due = 0.0
        self.start()

    def start(self) -> None:
        self.due = time.monotonic()
        with Path(self.command.log).open("ab") as log:
            self.process = subprocess.Popen(
                self.command.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def ended(self) -> int | None:
        """The exit code, once, when the server has ended."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.process = None
        lived_s = time.monotonic() - self.due
        self.pause_s = FIRST_PAUSE_S if lived_s > 60.0 else min(2 * self.pause_s, LONGEST_PAUSE_S)
        self.due = time.monotonic() + self.pause_s
        return code

    def restart_when_due(self) -> None:
        if self.process is None and time.monotonic() >= self.due:
            self.start()

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(self.command.stop_signal)

    def wait(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def guard(charge: Charge, orders: int, *, keeping: bool = False) -> None:
    """Keep the servers of the charge until the pipe `orders` closes; an order on it: they answer."""
    servers = [KeptServer(command) for command in charge.servers]
    while True:
        if select.select([orders], [], [], LOOK_S)[0]:
            order = os.read(orders, 4096)
            if not order:
                break
            keeping = True
        for server in servers:
            code = server.ended()
            if code is not None and not keeping:
                print(server.command.name, code, flush=True)
            if keeping:
                server.restart_when_due()
    end_everything(DataFolder(path=Path(charge.folder)), servers, charge.lock)


def end_everything(folder: DataFolder, servers: list[KeptServer], lock: int) -> None:
    """Clients first, so that workers hand back their jobs; then the servers; then what lies in the folder."""
    end_marked(folder, grace_s=GRACE_S)
    for server in servers:
        server.stop()
    for server in servers:
        server.wait()
    remove_sockets(folder.sockets)
    write_owner(lock)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A handler, not SIG_IGN: the servers would inherit that.
        signal.signal(number, lambda _number, _frame: None)
    told = b""
    while b"\n" not in told and (read := os.read(sys.stdin.fileno(), 65536)):
        told += read
    line, _, order = told.partition(b"\n")  # where no server is to be started, the order comes at once
    if line:
        guard(Charge.from_line(line), sys.stdin.fileno(), keeping=bool(order))


if __name__ == "__main__":
    main()
