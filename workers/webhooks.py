"""Sends webhooks what they are owed, at least once, for as long as it takes and is worth it."""

from __future__ import annotations

import http.client
import json
import logging
import random
import ssl
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models.cluster import Cluster
from models.errors import ModelError
from models.events.deliveries import Delivery, settle_delivered, settle_failed, take
from models.events.receiver import BadReceiver, allowed_of, receiver_of
from models.settings import Settings
from workers.addresses import Resolver, addresses_of, system_resolver
from workers.posting import post
from workers.signing import signature

logger = logging.getLogger(__name__)

MOST = 32  # deliveries on their way at a time, each with a thread, which mostly waits
OF_TENANT = 16  # of these: whatever one tenant's receivers do, there is room for the others'
OF_RECEIVER = 4  # of these to one scheme, host and port: a slow one takes no more threads than that
LEASE_MARGIN_S = 60.0  # beyond the longest attempt, for slow name servers: then another relay sends it
OUTAGE_S = 0.5  # before the next look when a server does not answer
END_LOOK_S = 0.25  # between two looks whether to end

FIRST_WAIT_S = 10.0
WAIT_GROWTH = 3.0
LONGEST_WAIT_S = 12 * 3_600.0
LONGEST_REST_S = 600.0


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of the deliveries of one look."""

    delivered: int
    owed: int  # failed, and will be tried again
    given_up: int
    disabled: int  # failed for good, with their webhooks


class Courier:
    """Takes what is due and sends it. Several of them, in as many relays, share the work by SKIP LOCKED.

    A thread that comes free takes the next delivery at once: nobody waits for another's slow receiver.
    """

    def __init__(
        self,
        cluster: Cluster,
        settings: Settings,
        *,
        resolve: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._cluster = cluster
        self._timeout_s = settings.webhook_timeout_s
        self._allowed = allowed_of(settings.webhook_allowed_hosts)
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context()
        self._threads = ThreadPoolExecutor(MOST, thread_name_prefix="webhook")
        self._flying: dict[Future[str], Delivery] = {}  # of the one thread that starts deliveries
        self._landed = threading.Event()  # since the last look

    def run_once(self) -> Sent:
        """Send what is due and has room, and wait for it."""
        done = Counter(delivery.result() for delivery in self.start())
        return Sent(**{name: done[name] for name in ("delivered", "owed", "given_up", "disabled")})

    def start(self) -> list[Future[str]]:
        """Set out with what is due and has room beside what is on its way; what becomes of each."""
        self._landed.clear()
        self._flying = {done: delivery for done, delivery in self._flying.items() if not done.done()}
        room = MOST - len(self._flying)
        if room == 0:
            return []
        with self._cluster.control() as session:
            taken = take(
                session, most=room, of_receiver=OF_RECEIVER, of_tenant=OF_TENANT,
                lease_s=self._timeout_s + LEASE_MARGIN_S, flying=self._flying.values(),
            )  # fmt: skip
        started = {self._threads.submit(self._deliver, delivery): delivery for delivery in taken}
        self._flying |= started
        for done in started:
            done.add_done_callback(self._note)
        return list(started)

    def rest(self, most_s: float, end: threading.Event) -> None:
        """Wait until a delivery has landed, `end` is set, or so many seconds are over."""
        until = time.monotonic() + most_s
        while not end.is_set() and (left_s := until - time.monotonic()) > 0:
            if self._landed.wait(min(left_s, END_LOOK_S)):
                return

    def close(self) -> None:
        """Wait for what is on its way."""
        self._threads.shutdown()

    def _note(self, done: Future[str]) -> None:
        self._landed.set()
        if (error := done.exception()) is not None:  # its lease runs out, and it is sent again
            _warn(error)

    def _deliver(self, delivery: Delivery) -> str:
        status, error = self._send(delivery)
        with self._cluster.write(delivery.job_id) as session:
            if error is None and status is not None:
                settle_delivered(session, delivery, status)
                became = "delivered"
            else:
                waits = {
                    "wait_s": wait_s(delivery.attempts, random.random()),  # noqa: S311 (spreads load)
                    "rest_s": rest_s(delivery.failures + 1),
                }
                became = settle_failed(session, delivery, error or "", status=status, **waits)
        _log(delivery, became, error)
        return became

    def _send(self, delivery: Delivery) -> tuple[int | None, str | None]:
        """The status of the answer, and why the attempt failed where it did."""
        body = message(delivery)
        headers = message_headers(delivery, body, int(time.time()))
        try:
            receiver = receiver_of(delivery.url, self._allowed)
            addresses = addresses_of(receiver, self._resolve)
            status = post(receiver, addresses, headers, body, timeout_s=self._timeout_s, tls=self._tls)
        except (BadReceiver, OSError, http.client.HTTPException, UnicodeError) as error:
            return None, failure(error)
        if 200 <= status < 300:
            return status, None
        note = ": redirects are not followed" if 300 <= status < 400 else ""
        return status, f"the receiver answered {status}{note}"


def message(delivery: Delivery) -> bytes:
    """The message's body. It names the job and its plan; what these say is for their owner to fetch."""
    data = {
        "job_id": str(delivery.job_id),
        "tenant_id": str(delivery.tenant_id),
        "member_id": str(delivery.member_id),
        "kind": str(delivery.kind),
        "state": str(delivery.event).removeprefix("job."),
        "plan_id": None if delivery.plan_id is None else str(delivery.plan_id),
        "problem": delivery.problem,
    }
    body = {"type": str(delivery.event), "timestamp": _rfc3339(delivery.ended_at), "data": data}
    return json.dumps(body, separators=(",", ":")).encode()


def message_headers(delivery: Delivery, body: bytes, at_s: int) -> dict[str, str]:
    """The headers of one attempt at `at_s`, seconds since 1970, signed with every live secret."""
    secrets = [secret for secret in (delivery.secret, delivery.old_secret) if secret is not None]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Reveille-Webhooks/1",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": signature(delivery.message_id, at_s, body, secrets),
    }


def wait_s(attempts: int, uniform: float) -> float:
    """Wait after `attempts` failures: 10·3^(attempts-1), at most 12 h, times 0.9 + 0.2 `uniform`."""
    exponent = min(attempts - 1, 30)
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * WAIT_GROWTH**exponent) * (0.9 + 0.2 * uniform)


def rest_s(failures: int) -> float:
    """How long a webhook is left alone after so many failures in a row: 2^failures, at most 10 minutes."""
    return float(min(LONGEST_REST_S, 2.0 ** min(failures, 30)))


def failure(error: Exception) -> str:
    """Why nothing was answered, in words for the webhook's owner."""
    if isinstance(error, BadReceiver):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return f"no connection: {error.strerror}"
    return f"no answer: {type(error).__name__}"


def deliver(settings: Settings, cluster: Cluster, end: threading.Event) -> None:
    """Deliver until `end` is set; an outage of the database is logged and waited out."""
    courier = Courier(cluster, settings)
    while not end.is_set():
        try:
            courier.start()
        except Exception as error:  # whatever it is, the others' webhooks go on
            _warn(error)
            end.wait(OUTAGE_S)
        else:
            courier.rest(settings.relay_sweep_s, end)
    courier.close()


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _warn(error: BaseException) -> None:
    fault = None if isinstance(error, ModelError) else error
    logger.warning("webhooks wait: %s", error, exc_info=fault, extra={"action": "webhook"})


def _log(delivery: Delivery, became: str, error: str | None) -> None:
    told: dict[str, Any] = {
        "action": "webhook", "webhook_id": delivery.webhook_id, "job_id": delivery.job_id,
        "attempts": delivery.attempts, "became": became, "error": error,
    }  # fmt: skip
    logger.log(logging.INFO if error is None else logging.WARNING, "webhook %s", became, extra=told)
