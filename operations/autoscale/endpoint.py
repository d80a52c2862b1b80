"""What the autoscaler tells others: Prometheus' text, KEDA's metrics-api and Kubernetes' external metrics.

A second autoscaler, which does not lead, decides nothing and says so: of the numbers it tells none.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from operations.autoscale.run import Look
from operations.autoscale.signals import Pool

POOL = re.compile(r"/v1/pools/([a-z]+)")
EXTERNAL = "/apis/external.metrics.k8s.io/v1beta1"
NAMED = re.compile(EXTERNAL + r"/namespaces/[^/]+/reveille_desired_([a-z]+)")


class Told(Collector):
    """The latest look, as metrics and as JSON. Labels are bounded: pools, reasons, states."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        self._look: Look | None = None
        self._leading = False
        self._decisions: Counter[tuple[str, str, str]] = Counter()
        self._faults = 0
        self._lock = threading.Lock()

    def show(self, look: Look | None) -> None:
        """Show the latest look; None when this autoscaler does not lead."""
        with self._lock:
            self._look, self._leading = look, look is not None
            if look is not None:
                self._faults += len(look.faults)
                self._decisions.update((str(d.pool), d.action, str(d.reason)) for d in look.decisions)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)

    def pool(self, name: str) -> dict[str, Any] | None:
        """What KEDA's metrics-api scaler reads; its `valueLocation` is `desired`."""
        look = self._look
        for made in look.decisions if look else ():
            if made.pool == name:
                return {
                    "pool": made.pool, "desired": made.target, "before": made.before, "reason": made.reason,
                    "needs": made.needs, "why": made.why,
                }  # fmt: skip
        return None

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            look, decisions, faults = self._look, dict(self._decisions), self._faults
        yield GaugeMetricFamily(
            "reveille_autoscaler_leading", "1 when this autoscaler decides.", float(self._leading)
        )
        yield _counted(decisions)
        yield CounterMetricFamily(
            "reveille_autoscaler_faults", "Decisions that could not be made or carried out.", faults
        )
        if look is not None:
            yield GaugeMetricFamily(
                "reveille_autoscaler_reading",
                "1 when the latest reading succeeded.",
                float(look.reading is not None),
            )
            yield from _of_look(look)


def _counted(decisions: Mapping[tuple[str, str, str], int]) -> Metric:
    labels = ["queue", "does", "reason"]
    found = CounterMetricFamily("reveille_autoscaler_decisions", "Decisions by what they did.", labels=labels)
    for named, number in decisions.items():
        found.add_metric(named, number)
    return found


def _of_look(look: Look) -> Iterator[Metric]:
    desired = _gauge("desired_workers", "Workers that the queue shall have, and why.", "reason")
    need = _gauge("need_workers", "Workers that each formula asks for.", "formula")
    workers = _gauge("workers", "Workers that there are: live or draining.", "state")
    drain = _gauge("drain_seconds", "Time of the longest drain.")
    for made in look.decisions:
        desired.add_metric([made.pool, made.reason], made.target)
        for formula, number in made.needs.items():
            need.add_metric([made.pool, formula], number)
    for pool, count in look.counts.items():
        workers.add_metric([pool, "live"], count.live)
        workers.add_metric([pool, "draining"], count.draining)
        drain.add_metric([pool], count.longest_drain_s)
    yield from (desired, need, workers, drain)


def _gauge(name: str, says: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"reveille_autoscaler_{name}", says, labels=["queue", *labels])


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
