"""One trace from the request through the row to the phases of its plan, at a collector that speaks OTLP."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from models.settings import Settings
from models.tracing import configure_tracing, end_tracing
from tests.web.people import NUTRITION, WORKOUT, Person
from workers.run_job import Bench, Outcome, run_job

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOT_SAMPLED = CALLER[:-1] + "0"


class Collector:
    """An OTLP collector on a port of its own; `spans` by name once tracing has ended."""

    def __init__(self) -> None:
        self.sent: list[Span] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                request = ExportTraceServiceRequest.FromString(body)
                collector.sent += [s for r in request.resource_spans for c in r.scope_spans for s in c.spans]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    def spans(self) -> dict[str, Span]:
        end_tracing()
        return {span.name: span for span in self.sent}

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def collector(settings: Settings) -> Iterator[Collector]:
    made = Collector()
    configure_tracing(replace(settings, traces_url=made.url, traces_share=1.0), "test")
    yield made
    end_tracing()
    made.close()


def plan(person: Person, bench: Bench, body: dict[str, object], **headers: str) -> None:
    """Ask for a plan, and make it as a worker does."""
    answer = person.post("/v1/plans", body, **headers)
    assert answer.status_code == 202
    assert run_job(UUID(answer.json["id"]), bench) == Outcome.SUCCEEDED


def parents(spans: dict[str, Span], name: str) -> list[str]:
    """The names of the spans above one, from the nearest on; `caller` for one that is not here."""
    by_id = {span.span_id: span for span in spans.values()}
    found, span = [], spans[name]
    while span.parent_span_id:
        if span.parent_span_id not in by_id:
            return [*found, "caller"]
        span = by_id[span.parent_span_id]
        found.append(span.name)
    return found


@pytest.mark.parametrize(
    ("body", "phases"),
    [
        (NUTRITION, ["targets", "solve", "finish", "prove"]),
        (WORKOUT, ["prepare", "solve", "foretell", "finish"]),
    ],
    ids=["nutrition", "workout"],
)
def test_a_request_and_the_phases_of_its_plan_are_one_trace(
    collector: Collector, anna: Person, bench: Bench, body: dict[str, object], phases: list[str]
) -> None:
    plan(anna, bench, body, traceparent=CALLER)
    spans = collector.spans()
    assert {spans[name].trace_id.hex() for name in ("job", "plan", "save", *phases)} == {CALLER.split("-")[1]}
    for name in phases:
        assert parents(spans, name) == ["plan", "job", "request", "caller"]


def test_a_caller_who_samples_nothing_is_followed(collector: Collector, anna: Person, bench: Bench) -> None:
    before = len(collector.sent)
    plan(anna, bench, NUTRITION, traceparent=NOT_SAMPLED)
    end_tracing()
    assert [s for s in collector.sent[before:] if s.trace_id.hex() == CALLER.split("-")[1]] == []


def test_spans_say_nothing_of_the_member(collector: Collector, anna: Person, bench: Bench) -> None:
    plan(anna, bench, NUTRITION, traceparent=CALLER)
    told = {a.key for span in collector.spans().values() for a in span.attributes}
    assert told <= {
        "http.request.method", "http.route", "http.response.status_code", "reveille.job_id",
        "reveille.plan_kind", "reveille.queue", "reveille.attempt", "reveille.outcome",
    }  # fmt: skip


def test_a_collector_that_is_away_costs_nobody_a_plan(settings: Settings, anna: Person, bench: Bench) -> None:
    configure_tracing(replace(settings, traces_url="http://127.0.0.1:9/v1/traces", traces_share=1.0), "test")
    plan(anna, bench, NUTRITION)
