"""`python -m tests.flows.poison_worker`: our batch worker, which a member of the seed POISON kills.

Its clock stands at the evening before the night of the tests.
"""

import os
import signal
import threading
from functools import partial
from typing import Any

from models.jobs.queues import QueueName
from models.settings import Settings
from planners.renewal.renew import Before, Renewed, renew
from tests.models.nights import EVENING
from workers import __main__ as main_module
from workers.run_job import Bench

POISON = 666


def renewing(before: Before, *told: Any, **more: Any) -> Renewed | None:
    if before.request["seed"] == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    return renew(before, *told, **more)


if __name__ == "__main__":
    end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    main_module.Bench = partial(Bench, clock=lambda: EVENING)
    main_module.work(QueueName.BATCH, Settings.from_environment(os.environ), end, renewing=renewing)
