"""Tells the platform every few seconds that this worker lives, what it has done and what it takes."""

from __future__ import annotations

import logging
import threading
import time

import psutil

from models.cluster import Cluster
from models.errors import ModelError
from models.jobs.queues import QueueName
from models.pools.worker import TELL_S, Sign, leave, tell
from workers.busy import Busy

logger = logging.getLogger(__name__)

LEAVE_S = 2.0  # longest that the end of a worker waits for its last sign of life


class Presence:
    """A thread, so that a database that hangs keeps nobody from his job or from the end."""

    def __init__(self, cluster: Cluster, name: str, queue: QueueName, busy: Busy) -> None:
        self._cluster = cluster
        self._name = name
        self._queue = queue
        self._busy = busy
        self._draining = False
        self._look = threading.Event()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def drain(self) -> None:
        """From now on only what is in hand is done."""
        self._draining = True
        self._look.set()

    def stop(self) -> None:
        """The worker is gone."""
        self._end.set()
        self._look.set()
        self._thread.join(timeout=LEAVE_S)
        if self._thread.is_alive():  # the database hangs: it falls silent, which says the same later
            return
        try:
            with self._cluster.control() as session:
                leave(session, self._name)
        except ModelError as error:
            logger.warning("this worker's end was not noted: %s", error, extra={"action": "presence"})

    def _run(self) -> None:
        process, heard = psutil.Process(), True
        while not self._end.is_set():
            try:
                with self._cluster.control() as session:
                    tell(session, self._name, self._queue, self._sign(process))
                heard = True
            except ModelError as error:
                if heard:  # once in an outage
                    logger.warning("no sign of life was given: %s", error, extra={"action": "presence"})
                heard = False
            self._look.wait(TELL_S)
            self._look.clear()

    def _sign(self, process: psutil.Process) -> Sign:
        ended, busy_s = self._busy.sums()
        return Sign(
            draining=self._draining, ended=ended, busy_s=busy_s, cpu_s=time.process_time(),
            memory_bytes=process.memory_info().rss,
        )  # fmt: skip
