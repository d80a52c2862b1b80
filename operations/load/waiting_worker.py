"""`python -m operations.load.waiting_worker SECONDS`: a worker of requests that waits instead of thinking.

Ten of them fit on two cores, so that the autoscaler can be tried beyond what a small machine can plan. All
else is as ever: queue, leases, saved plans.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from typing import Any

from models.jobs.queues import QueueName
from models.settings import Settings
from workers.__main__ import work

PLAN = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}


def main(mean_s: float) -> None:
    """Work until SIGTERM; a job takes a random time, exponential around the mean."""
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    rng = random.Random(os.getpid())  # noqa: S311 (how long to wait)

    def wait(_request: dict[str, Any], _stopped: object) -> dict[str, Any]:
        threading.Event().wait(rng.expovariate(1 / mean_s))
        return PLAN

    work(QueueName.INTERACTIVE, Settings.from_environment(os.environ), end, wait)


if __name__ == "__main__":
    main(float(sys.argv[1]))
