"""`python -m scheduler`: the clock's process. It keeps nothing itself; what it does is a row first."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from prometheus_client import CollectorRegistry

from models.cluster import Cluster
from models.errors import SettingsError
from models.exposition import OwnProcess, serve
from models.sealing.check import check_keys_at_start
from models.settings import Settings
from models.telemetry import configure_logging
from scheduler.clock import Clock

LOOK_S = 5.0  # from one look at the timetable to the next; a late look loses nothing


def main() -> int:
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    try:
        settings = Settings.from_environment(os.environ)
        configure_logging("scheduler", settings.log_level)
        cluster = Cluster(settings, name="scheduler")
        check_keys_at_start(cluster)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # else every look leaves two lines
    tick(cluster, settings, end)
    cluster.close()
    return 0


def tick(cluster: Cluster, settings: Settings, end: threading.Event) -> None:
    """Look at the timetable every few seconds until `end` is set."""
    clock = Clock(cluster, settings)
    registry = CollectorRegistry()
    own = OwnProcess(registry, "scheduler")
    serve(settings, registry)

    def look() -> None:
        own.measure()
        clock.look(datetime.now(UTC))

    ticker = BackgroundScheduler(timezone=UTC)
    ticker.add_job(
        look, "interval", seconds=LOOK_S, next_run_time=datetime.now(UTC),
        coalesce=True, max_instances=1, misfire_grace_time=None,
    )  # fmt: skip
    ticker.start()
    logging.getLogger(__name__).info("the clock runs", extra={"action": "clock"})
    end.wait()
    ticker.shutdown(wait=True)
    clock.close()


if __name__ == "__main__":
    raise SystemExit(main())
