"""`Prefer: wait=N` (RFC 7240): hold the answer until the job is finished, within bounds."""

from __future__ import annotations

import re
import time
from uuid import UUID

from flask import request
from sqlalchemy import select

from models.cluster import Cluster
from models.errors import Unavailable
from models.jobs.job import FINISHED, Job
from web.ear import Listener
from web.services import Services

PREFERENCE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*")+')  # a comma within quotes parts nothing
NAME = re.compile(r"\s*([^\s=;]*)")
WAIT = re.compile(r"""\s*wait\s*=\s*(?:(\d+)|"(\d+)")\s*(?:;.*)?""", re.ASCII | re.IGNORECASE)
LOOK_S = 1.0  # between two looks at the row while events are heard; the pauses below are for when not
FIRST_PAUSE_S = 0.010
LONGEST_PAUSE_S = 0.200
GROWTH = 1.5


def preferred_wait_s(most_s: float) -> float | None:
    """How long the client would wait, at most `most_s`; None when it does not say so in whole seconds.

    Of a preference that stands there twice the first counts, and unknown ones are ignored (RFC 7240, 2).
    """
    preferences = PREFERENCE.findall(",".join(request.headers.getlist("Prefer")))
    waits = (said for said in preferences if _name(said) == "wait")
    found = WAIT.fullmatch(next(waits, ""))
    return min(float(found[1] or found[2]), most_s) if found else None


def _name(preference: str) -> str:
    found = NAME.match(preference)
    return found[1].lower() if found else ""


def wait_for(services: Services, job_id: UUID, seconds: float) -> bool:
    """Wait until the job is finished; False when time ran out or no thread could be spared to wait."""
    if not services.waiters.acquire(blocking=False):
        return False
    try:
        return _wait(services, job_id, seconds)
    except Unavailable:  # the job is safely queued: the client may poll for it
        return False
    finally:
        services.waiters.release()


def _wait(services: Services, job_id: UUID, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    pause_s = FIRST_PAUSE_S
    with services.ear.on(job_id) as listener:
        while True:
            finished = _is_finished(services.cluster, job_id)
            left_s = deadline - time.monotonic()
            if finished or left_s <= 0:
                return finished
            # The connection is back in the pool while this waits.
            _next_look(listener, min(left_s, LOOK_S if services.ear.hears else pause_s))
            pause_s = min(pause_s * GROWTH, LONGEST_PAUSE_S)


def _is_finished(cluster: Cluster, job_id: UUID) -> bool:
    with cluster.read(job_id) as session:
        return session.scalar(select(Job.state).where(Job.id == job_id)) in FINISHED


def _next_look(listener: Listener, seconds: float) -> None:
    """Wait until there is a reason to look at the row: a final event, something missed, or the time."""
    until = time.monotonic() + seconds
    while (told := listener.next(until - time.monotonic())) and not told.final:
        pass
