"""What the autoscaler tells others: Prometheus' text, KEDA's metrics-api and Kubernetes' external metrics.

A second autoscaler, which does not lead, decides nothing and says so: of the numbers it tells none.
"""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, ProcessCollector
from prometheus_client import generate_latest as text_of

from operations.autoscale.run import Look
from operations.autoscale.signals import Pool

POOL = re.compile(r"/v1/pools/([a-z]+)")
EXTERNAL = "/apis/external.metrics.k8s.io/v1beta1"
NAMED = re.compile(EXTERNAL + r"/namespaces/[^/]+/reveille_desired_([a-z]+)")


class Told:
    """The latest look, as metrics and as JSON. Labels are bounded: pools, reasons, states."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._desired = self._gauge(
            "reveille_autoscaler_desired_workers", "Workers that the queue shall have, and why.", ["reason"]
        )
        self._need = self._gauge(
            "reveille_autoscaler_need_workers", "Workers that each formula asks for.", ["formula"]
        )
        self._workers = self._gauge(
            "reveille_autoscaler_workers", "Workers that there are: live or draining.", ["state"]
        )
        self._age = self._gauge(
            "reveille_autoscaler_drain_seconds", "How long the longest drain has taken.", []
        )
        self._leading = Gauge(
            "reveille_autoscaler_leading", "1 when this autoscaler decides.", registry=self.registry
        )
        self._read = Gauge(
            "reveille_autoscaler_reading", "1 when the latest reading succeeded.", registry=self.registry
        )
        self._decisions = Counter(
            "reveille_autoscaler_decisions", "Decisions by what they did.", ["queue", "does", "reason"],
            registry=self.registry,
        )  # fmt: skip
        self._faults = Counter(
            "reveille_autoscaler_faults", "Decisions that could not be made or carried out.",
            registry=self.registry,
        )  # fmt: skip
        self._pools: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def show(self, look: Look | None) -> None:
        """Show the latest look; None when this autoscaler does not lead."""
        with self._lock:
            self._leading.set(look is not None)
            for gauge in (self._desired, self._need, self._workers, self._age):
                gauge.clear()
            self._pools = {}
            if look is not None:
                self._show(look)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        with self._lock:
            return text_of(self.registry)

    def pool(self, name: str) -> dict[str, Any] | None:
        """What KEDA's metrics-api scaler reads; its `valueLocation` is `desired`."""
        with self._lock:
            return self._pools.get(name)

    def _show(self, look: Look) -> None:
        self._read.set(look.reading is not None)
        self._faults.inc(len(look.faults))
        for pool, count in look.counts.items():
            self._workers.labels(pool, "live").set(count.live)
            self._workers.labels(pool, "draining").set(count.draining)
            self._age.labels(pool).set(count.longest_drain_s)
        for made in look.decisions:
            self._desired.labels(made.pool, made.reason).set(made.target)
            for formula, need in made.needs.items():
                self._need.labels(made.pool, formula).set(need)
            self._decisions.labels(made.pool, made.action, made.reason).inc()
            self._pools[made.pool] = {
                "pool": made.pool, "desired": made.target, "before": made.before, "reason": made.reason,
                "needs": made.needs, "why": made.why,
            }  # fmt: skip

    def _gauge(self, name: str, says: str, labels: list[str]) -> Gauge:
        return Gauge(name, says, ["queue", *labels], registry=self.registry)


def serve(told: Told, host: str, port: int) -> ThreadingHTTPServer:
    """Answer at this address, in a thread, until `shutdown`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10.0  # a client that says nothing holds its thread no longer

        def do_GET(self) -> None:
            status, kind, body = answer(told, self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_args: object) -> None:  # noqa: A002 (its name there)
            """Say nothing: scrapes come every few seconds."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="endpoint", daemon=True).start()
    return server


def answer(told: Told, path: str) -> tuple[int, str, bytes]:
    """Status, type and body of what is at `path`."""
    if path == "/metrics":
        return 200, CONTENT_TYPE_LATEST, told.text()
    if path == "/livez":
        return _json(200, {"status": "ok"})
    if path == EXTERNAL:
        return _json(200, _resources())
    if named := NAMED.fullmatch(path):
        return _external(told, named[1])
    if (asked := POOL.fullmatch(path)) and (found := told.pool(asked[1])):
        return _json(200, found)
    return _json(404, {"title": "Not found", "status": 404, "detail": f"nothing is known at {path}"})


def _external(told: Told, pool: str) -> tuple[int, str, bytes]:
    found = told.pool(pool)
    if found is None:  # an HPA that gets no value keeps the number of pods
        reason = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404}
        return _json(404, {**reason, "message": f"nothing is decided on {pool}"})
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    item = {"metricName": f"reveille_desired_{pool}", "metricLabels": {}, "timestamp": now,
            "value": str(found["desired"])}  # fmt: skip
    listed = {"kind": "ExternalMetricValueList", "apiVersion": "external.metrics.k8s.io/v1beta1"}
    return _json(200, {**listed, "metadata": {}, "items": [item]})


def _resources() -> dict[str, Any]:
    metrics = [
        {"name": f"reveille_desired_{pool}", "singularName": "", "namespaced": True,
         "kind": "ExternalMetricValueList", "verbs": ["get"]}
        for pool in Pool
    ]  # fmt: skip
    listed = {"kind": "APIResourceList", "apiVersion": "v1"}
    return {**listed, "groupVersion": "external.metrics.k8s.io/v1beta1", "resources": metrics}


def _json(status: int, body: object) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(body).encode()
