"""`python -m tests.flows.poison_worker`: our batch worker, which a member of the seed POISON kills."""

import os
import signal
import threading
from typing import Any

from models.queues import QueueName
from models.settings import Settings
from planners.renewal.renew import Before, Renewed, renew
from workers.__main__ import work

POISON = 666


def renewing(before: Before, *told: Any, **more: Any) -> Renewed | None:
    if before.request["seed"] == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    return renew(before, *told, **more)


if __name__ == "__main__":
    end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    work(QueueName.BATCH, Settings.from_environment(os.environ), end, renewing=renewing)
