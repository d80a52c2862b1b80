"""A process that is started again whenever it ends, as a process manager does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Kept:
    """`python -m` something; `ends` are the exit codes so far."""

    def __init__(self, *arguments: str, environ: dict[str, str]) -> None:
        self._command = [sys.executable, "-m", *arguments]
        self._environ = {**os.environ, **environ}
        self._lock = threading.Lock()
        self._over = False
        self.ends: list[int] = []
        self.process = self._start()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Tell it to end, also when it stands still; its exit code."""
        with self._lock:
            self._over = True
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)
        self._thread.join()
        return self.ends[-1]

    def _start(self) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen(self._command, env=self._environ, cwd=ROOT, stdout=quiet, stderr=quiet)

    def _keep(self) -> None:
        while True:
            self.ends.append(self.process.wait())
            with self._lock:
                if self._over:
                    return
                self.process = self._start()


@contextmanager
def kept(*arguments: str, environ: dict[str, str]) -> Iterator[Kept]:
    made = Kept(*arguments, environ=environ)
    try:
        yield made
    finally:
        made.stop()
