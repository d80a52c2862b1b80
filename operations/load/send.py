"""An open-loop load: each request is sent when it is meant to be, however slow the answers are."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from operations.client import FINISHED, AnswerError, Client, Json

LISTENERS = 256  # requests under way at most; more would be waiting in this process, and count as late
PATIENCE_S = 300.0  # longest a job is waited for
LOGIN_S = 600.0  # a login serves that long
SHORTEST_S, SHARE = 0.05, 0.05  # pause between two polls: as a share of the time that was waited
KINDS = ("nutrition", "workout")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one request. Times are in seconds."""

    at: float  # when it was meant to be sent, from the start
    accepted: bool
    state: str  # of its job at the end; empty: there is none
    took_s: float | None  # from then until its plan was seen by a client that polls
    queue_wait_s: float | None = None  # from the job's row to its start, by the platform's own clock
    service_s: float | None = None  # from its start to its end


class Sender:
    """Sends requests as one account."""

    def __init__(self, client: Client, email: str, password: str, kinds: Sequence[str] = KINDS) -> None:
        self._anonymous = client
        self._login = (email, password)
        self._kinds = kinds
        self._lock = threading.Lock()
        self._signed = client
        self._signed_at = 0.0

    def send(self, times: Sequence[float], begin: float) -> list[Outcome]:
        """Send one request at each of `times`, in seconds after `begin`, and wait for every end."""
        with ThreadPoolExecutor(LISTENERS, thread_name_prefix="load") as pool:
            waiting = []
            for n, at in enumerate(times):
                time.sleep(max(0.0, begin + at - time.monotonic()))
                waiting.append(pool.submit(self._ask, n, at, begin))
            return [future.result() for future in waiting]

    def _client(self) -> Client:
        with self._lock:
            if not self._signed_at or time.monotonic() - self._signed_at > LOGIN_S:
                self._signed = self._anonymous.login(*self._login)
                self._signed_at = time.monotonic()
            return self._signed

    def _ask(self, n: int, at: float, begin: float) -> Outcome:
        try:
            path = self._client().request_plan(self._request(n))
        except (AnswerError, OSError, http.client.HTTPException):
            return Outcome(at=at, accepted=False, state="", took_s=None)
        try:
            job = self._finished(path)
        except (AnswerError, OSError, http.client.HTTPException, TimeoutError):
            return Outcome(at=at, accepted=True, state="unknown", took_s=None)
        took_s = time.monotonic() - begin - at if job["state"] == "succeeded" else None
        return Outcome(
            at=at, accepted=True, state=job["state"], took_s=took_s,
            queue_wait_s=_between(job, "queued_at", "started_at"),
            service_s=_between(job, "started_at", "finished_at"),
        )  # fmt: skip

    def _finished(self, path: str) -> Json:
        """Poll the job until it has ended, more rarely the longer it takes.

        Raises
        ------
        TimeoutError
            When it has not after `PATIENCE_S`.
        """
        asked = time.monotonic()
        while (job := self._client().send("GET", path).body)["state"] not in FINISHED:
            waited_s = time.monotonic() - asked
            if waited_s > PATIENCE_S:
                raise TimeoutError(f"{path} is still {job['state']} after {PATIENCE_S:.0f} s")
            time.sleep(max(SHORTEST_S, SHARE * waited_s))
        return job

    def _request(self, n: int) -> Json:
        member = {
            "sex": ("male", "female")[n % 2],
            "age_years": 18 + n % 40,
            "height_cm": 160 + n % 30,
            "weight_kg": 60 + n % 35,
        }
        return {"kind": self._kinds[n % len(self._kinds)], "seed": n, "member": member}


def _between(job: Json, first: str, last: str) -> float | None:
    if job[first] is None or job[last] is None:
        return None
    return (datetime.fromisoformat(job[last]) - datetime.fromisoformat(job[first])).total_seconds()
