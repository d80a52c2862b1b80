"""Keeps the leases of the jobs that a worker process has in hand, and ends what takes too long.

Three ways, each behind the one before it: a job's stop signal, which the planners ask between steps; the
fencing token, which lets nothing stale be written; and the dead man's switch, which ends the whole process
when a job outlives its deadline by a grace or when C code keeps every other thread from running.
"""

from __future__ import annotations

import faulthandler
import logging
import math
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.errors import ModelError
from models.jobs.claim import Claim, renew
from models.jobs.progress import report, still_held
from workers.busy import Busy

logger = logging.getLogger(__name__)

LOOK_S = 1.0  # a cancelled job is told to stop within that; progress is written no more often
GRACE_S = 5.0  # past its deadline, for a job to notice its stop signal
MOST_SHARDS = 64  # that are looked at beside each other; a thread starts when it is needed
STUCK = 70  # exit status of a process that ended itself


class Held:
    """A claim in hand: `stopped()` is true once its lease is lost or its deadline has passed.

    The deadline counts from `begin()` to `end()`: a job may wait for its turn, and its plan to be saved.

    `progress`, from 0 to 1, is set by whoever works on the job and written by the keeper, beside the work.
    """

    def __init__(self, claim: Claim, deadline_s: float) -> None:
        self.claim = claim
        self.deadline = math.inf  # of time.monotonic()
        self._deadline_s = deadline_s
        self.lost = False
        self.progress = 0.0
        self.written = 0.0  # the progress that the row has

    def begin(self) -> None:
        self.deadline = time.monotonic() + self._deadline_s

    def end(self) -> None:
        self.deadline = math.inf

    def stopped(self) -> bool:
        return self.lost or time.monotonic() >= self.deadline


class LeaseKeeper:
    """A thread that looks at every job in hand each second, and renews its lease three times in its life."""

    def __init__(self, cluster: Cluster, *, lease_s: float, deadline_s: float) -> None:
        self._cluster = cluster
        self._lease_s = lease_s
        self._looks = math.ceil(lease_s / 3 / LOOK_S)  # from one renewal to the next
        self._deadline_s = deadline_s
        self._reported_at = 0.0
        self.busy = Busy()
        # By their leases: a job that was lost may be here twice, stale and claimed again.
        self._held: dict[tuple[UUID, int], Held] = {}
        self._lock = threading.Lock()
        self._looking: dict[str, Future[None]] = {}  # by shard, when there are several
        self._threads = ThreadPoolExecutor(MOST_SHARDS, thread_name_prefix="lease-look")
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)

    def start(self) -> None:
        self._arm()  # before there is a job: the first one may already keep the thread from its first look
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        self._thread.join()
        self._threads.shutdown()
        faulthandler.cancel_dump_traceback_later()

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[Held]:
        """Keep the lease of `claim` inside the block, which its deadline ends."""
        with self.holding_all([claim]) as (held,):
            held.begin()
            yield held

    @contextmanager
    def holding_all(self, claims: Sequence[Claim]) -> Iterator[list[Held]]:
        """Keep the leases of `claims` inside the block, where each begins and ends in its turn."""
        in_hand = [Held(claim, self._deadline_s) for claim in claims]
        with self._lock:
            self._held |= {held.claim.lease: held for held in in_hand}
        self.busy.began(len(claims))
        try:
            yield in_hand
        finally:
            with self._lock:
                for claim in claims:
                    self._held.pop(claim.lease, None)
            self.busy.ended(len(claims))

    def _run(self) -> None:
        looks = 0
        while not self._end.wait(self._lease_s / 3 / self._looks):
            self._arm()
            with self._lock:
                held = list(self._held.values())
            self._end_if_stuck(held)
            looks += 1
            if held:
                self._look(held, renewing=looks % self._looks == 0)

    def _arm(self) -> None:
        """Set a timer of C, which needs no interpreter lock: without news from here it ends the process."""
        faulthandler.dump_traceback_later(self._deadline_s + GRACE_S, exit=True)

    def _end_if_stuck(self, held: list[Held]) -> None:
        for h in held:
            if time.monotonic() >= h.deadline + GRACE_S:
                told = {"action": "dead_man", "job_id": h.claim.id}
                logger.critical("job %s ignored its deadline: this process ends", h.claim.id, extra=told)
                sys.stderr.flush()
                os._exit(STUCK)  # its jobs are rescued when their leases run out

    def _look(self, held: list[Held], *, renewing: bool) -> None:
        due = time.monotonic() - self._reported_at >= LOOK_S
        if due:
            self._reported_at = time.monotonic()
        by_shard: dict[str, list[Held]] = defaultdict(list)
        for h in held:
            by_shard[self._cluster.place_of(h.claim.id)].append(h)
        if len(by_shard) == 1:
            self._look_at(held, renewing, due)
            return
        for name, part in by_shard.items():
            # A shard that is silent costs its own jobs their leases, and nobody else's.
            before = self._looking.get(name)
            if before is None or before.done():
                self._looking[name] = self._threads.submit(self._look_at, part, renewing, due)

    def _look_at(self, held: list[Held], renewing: bool, due: bool) -> None:
        """Look at jobs of one shard."""
        claims = [h.claim for h in held]
        told = [(h, h.progress) for h in held if due and h.progress != h.written]
        try:
            with self._cluster.write_all([c.id for c in claims]) as session:
                kept = self._renew(session, claims) if renewing else still_held(session, claims)
                if told:
                    report(session, [(h.claim, progress) for h, progress in told])
        except ModelError as error:  # the next look tries again; the row decides who holds the job
            logger.warning("the jobs in hand were not looked at: %s", error, extra={"action": "renew"})
            return
        for h, progress in told:
            h.written = progress
        for h in held:
            # A job that finished meanwhile is marked lost too, which nobody asks any more.
            h.lost = h.claim.lease not in kept

    def _renew(self, session: Session, claims: list[Claim]) -> set[tuple[UUID, int]]:
        return renew(session, claims, lease_s=self._lease_s)
