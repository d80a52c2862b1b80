"""Requests a second of all web processes of an address, from their counters.

Several processes may answer at one address, each with counters of its own; which one answers is known by the
time of its start. So it is asked a few times, and each process's rate is that since its own last answer.
"""

from __future__ import annotations

import http.client
import time
import urllib.request
from dataclasses import dataclass

TIMEOUT_S = 2.0
ASKS = 4  # at a look: most processes are heard every few looks
SILENT_S = 30.0  # a process that was not heard for so long is gone
COUNTED, STARTED = "reveille_http_requests_total{", "process_start_time_seconds "
PROBES = ('route="/metrics"', 'route="/livez"', 'route="/readyz"')


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one process said last."""

    at: float
    requests: float
    rate: float | None  # a second, since it was heard before


class WebRate:
    """The rate at one address."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._heard: dict[str, Heard] = {}

    def read(self) -> float | None:
        """Requests a second; None when nobody answers, or nobody was heard twice."""
        for _ in range(ASKS):
            self._ask()
        since = time.monotonic() - SILENT_S
        self._heard = {name: heard for name, heard in self._heard.items() if heard.at > since}
        rates = [heard.rate for heard in self._heard.values() if heard.rate is not None]
        return sum(rates) if rates else None

    def _ask(self) -> None:
        try:
            with urllib.request.urlopen(f"{self._address}/metrics", timeout=TIMEOUT_S) as answer:  # noqa: S310
                name, requests = counted(answer.read().decode())
        except (OSError, http.client.HTTPException, ValueError):
            return
        before, now = self._heard.get(name), time.monotonic()
        if before is None or requests < before.requests:
            self._heard[name] = Heard(at=now, requests=requests, rate=None)
        elif now - before.at >= 1.0:
            rate = (requests - before.requests) / (now - before.at)
            self._heard[name] = Heard(at=now, requests=requests, rate=rate)


def counted(text: str) -> tuple[str, float]:
    """The start of the process that says this, and the requests that it has answered, without probes.

    >>> counted('process_start_time_seconds 1.5\\nreveille_http_requests_total{route="/v1/plans"} 3.0\\n')
    ('1.5', 3.0)
    """
    lines = text.splitlines()
    started = next((line.split()[-1] for line in lines if line.startswith(STARTED)), "")
    ours = (line for line in lines if line.startswith(COUNTED) and not any(p in line for p in PROBES))
    return started, sum(float(line.rsplit(maxsplit=1)[-1]) for line in ours)
