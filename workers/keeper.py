"""Keeps the leases of the jobs that a worker process has in hand, and tells a job when it must stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from models.cluster import Cluster
from models.errors import ModelError
from models.lease import Claim, renew

logger = logging.getLogger(__name__)


class Held:
    """A claim in hand: `stopped()` is true once its lease is lost or its deadline has passed."""

    def __init__(self, claim: Claim, deadline: float) -> None:
        self.claim = claim
        self.deadline = deadline  # of time.monotonic()
        self.lost = False

    def stopped(self) -> bool:
        return self.lost or time.monotonic() >= self.deadline


class LeaseKeeper:
    """A thread that renews every lease in hand three times in its life."""

    def __init__(self, cluster: Cluster, *, lease_s: float, deadline_s: float) -> None:
        self._cluster = cluster
        self._lease_s = lease_s
        self._deadline_s = deadline_s
        self._held: dict[UUID, Held] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        self._thread.join()

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[Held]:
        """Keep the lease of `claim` inside the block."""
        held = Held(claim, time.monotonic() + self._deadline_s)
        with self._lock:
            self._held[claim.job_id] = held
        try:
            yield held
        finally:
            with self._lock:
                self._held.pop(claim.job_id, None)

    def _run(self) -> None:
        while not self._end.wait(self._lease_s / 3):
            with self._lock:
                held = list(self._held.values())
            if held:
                self._renew(held)

    def _renew(self, held: list[Held]) -> None:
        tokens = {h.claim.job_id: h.claim.token for h in held}
        try:
            with self._cluster.control() as session:
                kept = renew(session, tokens, lease_s=self._lease_s)
        except ModelError as error:  # the next round tries again; the row decides who holds the job
            logger.warning("leases were not renewed: %s", error, extra={"action": "renew"})
            return
        for h in held:
            # Still in hand and not kept: a finished job has left `_held` before its row changed hands.
            if h.claim.job_id not in kept:
                h.lost = True
