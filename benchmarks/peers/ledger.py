"""The job of every queue that is measured: nothing; or, where a ledger is named, a line in it and some work.

The ledger tells afterwards which job was begun how often, whatever the queue itself believes.
"""

from __future__ import annotations

import os
import time

LEDGER = os.environ.get("BENCH_LEDGER")
WORK_S = 0.100 if LEDGER else 0.0


def begun(number: int) -> None:
    """Write the job's number down; lines of several processes do not mix."""
    if LEDGER:
        ledger = os.open(LEDGER, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(ledger, f"{number}\n".encode())
        os.close(ledger)


def work(number: int) -> None:
    """The whole job."""
    begun(number)
    if WORK_S:
        time.sleep(WORK_S)
