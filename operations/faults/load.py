"""Requests to a platform under faults, each repeated with its Idempotency-Key until it is answered."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from operations.client import Answer, AnswerError, Client, Json

LISTENERS = 64  # requests under way at most
PAUSE_S = 0.5  # between two tries of one request
PATIENCE_S = 300.0  # longest a request is tried again
AGAIN = (429, 500, 502, 503, 504)  # statuses after which a request is sent again
KINDS = ("nutrition", "workout")
IMPOSSIBLE, CANCELLED = 11, 7  # of 20 requests, the one that cannot be met and the one that is cancelled


@dataclass
class Told:
    """What the clients were told: the jobs that were accepted, and how often an answer was none."""

    accepted: list[str] = field(default_factory=list)  # paths of jobs
    given_up: int = 0  # requests that were never answered
    again: Counter[str] = field(default_factory=Counter)  # tries that had to be repeated, by reason


class Load:
    """Sends requests to `client`, in threads."""

    def __init__(self, client: Client, run: str) -> None:
        self._client = client
        self._run = run  # in the keys: another run's are other requests
        self._lock = threading.Lock()
        self.told = Told()

    def send(self, times: Sequence[float]) -> Told:
        """Send one request at each of `times`, in seconds from now, and wait until each is answered."""
        begin = time.monotonic()
        with ThreadPoolExecutor(LISTENERS) as pool:
            waiting: list[Future[None]] = []
            for n, at in enumerate(times):
                time.sleep(max(0.0, begin + at - time.monotonic()))
                waiting.append(pool.submit(self._ask, n))
            for future in waiting:
                future.result()
        return self.told

    def get(self, path: str) -> Json | None:
        """What the platform says at `path`; None when it never answers."""
        answer = self._until_answered(lambda: self._client.send("GET", path))
        return None if answer is None else answer.body

    def _ask(self, n: int) -> None:
        key = f"{self._run}-{n}"
        answer = self._until_answered(
            lambda: self._client.send("POST", "/v1/plans", request(n), Idempotency_Key=key)
        )
        with self._lock:
            if answer is None:
                self.told.given_up += 1
                return
            self.told.accepted.append(answer.headers["Location"])
        if n % 20 == CANCELLED:
            self._until_answered(lambda: self._client.send("DELETE", answer.headers["Location"]))

    def _until_answered(self, send: Callable[[], Answer]) -> Answer | None:
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            try:
                return send()
            except (OSError, http.client.HTTPException) as error:
                self._note(f"no answer: {type(error).__name__}")
            except AnswerError as error:
                if error.status == 409:  # the job to be cancelled has ended
                    return None
                if error.status not in AGAIN:
                    raise
                self._note(f"{error.status}")
            time.sleep(PAUSE_S)
        return None

    def _note(self, reason: str) -> None:
        with self._lock:
            self.told.again[reason] += 1


def request(n: int) -> Json:
    """The `n`-th request: both kinds in turn, every one of its own; some cannot be met."""
    member = {
        "sex": ("male", "female")[n % 2],
        "age_years": 18 + n % 40,
        "height_cm": 160 + n % 30,
        "weight_kg": 60 + n % 35,
    }
    body: Json = {"kind": KINDS[n % 2], "seed": n, "member": member}
    if n % 20 == IMPOSSIBLE:
        body |= {"kind": "nutrition", "budget_usd_per_day": 0.5}
    return body
