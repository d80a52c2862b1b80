"""`python -m benchmarks.noop_worker`: our worker with a planner that does nothing: the queue is measured."""

import os
import signal
import threading
from typing import Any

from benchmarks.peers.ledger import work as noop
from models.jobs.queues import QueueName
from models.settings import Settings
from workers.__main__ import work

PLAN = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}


def plan(request: dict[str, Any], _stopped: object) -> dict[str, Any]:
    noop(request["seed"])
    return PLAN


if __name__ == "__main__":
    end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    work(QueueName.INTERACTIVE, Settings.from_environment(os.environ), end, plan)
