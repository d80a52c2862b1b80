"""Traces of OpenTelemetry: a request, its job through the queue, and the phases of its plan, in one picture.

The context travels as W3C's `traceparent`: in the request's header, in the job's row, which is the truth that
a message points at, and from there to the worker. Where no collector is named nothing is made, and the
libraries are not even loaded.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from models.settings import Settings

PARENT = "traceparent"


class Span(Protocol):
    """What a block may say of itself."""

    def set_attribute(self, name: str, value: str | int | float) -> None: ...


class _Silent:
    def set_attribute(self, name: str, value: str | int | float) -> None:
        """Nobody listens."""


@dataclass
class _Traces:
    """What this process sends its spans by; None: it sends none."""

    tracer: Any = None
    provider: Any = None


_SILENT = _Silent()
_traces = _Traces()
_present: ContextVar[str | None] = ContextVar(PARENT, default=None)


def configure_tracing(settings: Settings, process: str) -> None:
    """Send the traces of this process to the collector of the settings, if one is named."""
    if not settings.traces_url:
        return
    # Imported here because they weigh 15 MB, which a process without traces does not pay.
    sdk = importlib.import_module("opentelemetry.sdk.trace")
    sampling = importlib.import_module("opentelemetry.sdk.trace.sampling")
    resources = importlib.import_module("opentelemetry.sdk.resources")
    export = importlib.import_module("opentelemetry.sdk.trace.export")
    otlp = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    provider = sdk.TracerProvider(
        sampler=sampling.ParentBased(sampling.TraceIdRatioBased(settings.traces_share)),
        resource=resources.Resource.create({"service.name": f"reveille-{process}"}),
        shutdown_on_exit=False,
    )
    exporter = otlp.OTLPSpanExporter(endpoint=settings.traces_url, timeout=5)
    provider.add_span_processor(export.BatchSpanProcessor(exporter, schedule_delay_millis=1_000))
    _traces.provider, _traces.tracer = provider, provider.get_tracer("reveille")


def end_tracing() -> None:
    """Send what is left, waiting for the collector no longer than its timeout."""
    if _traces.provider is not None:
        _traces.provider.shutdown()
    _traces.tracer = _traces.provider = None


@contextmanager
def span(
    name: str, *, kind: str = "INTERNAL", parent: str | None = None, **told: str | int
) -> Iterator[Span]:
    """The block is a span, under `parent` or, without one, under the present span.

    Parameters
    ----------
    name : what is done, of few different names: a route, a phase.
    kind : SERVER, PRODUCER, CONSUMER or INTERNAL, as OpenTelemetry has them.
    parent : a `traceparent` from elsewhere.
    told : attributes; `job_id` becomes `reveille.job_id`.
    """
    if _traces.tracer is None:
        yield _SILENT
        return
    trace = importlib.import_module("opentelemetry.trace")
    attributes = {f"reveille.{key}": value for key, value in told.items()}
    context = _context_of(parent) if parent else None
    with _traces.tracer.start_as_current_span(
        name, context=context, kind=trace.SpanKind[kind], attributes=attributes
    ) as made:
        token = _present.set(_written(made.get_span_context()))
        try:
            yield made
        finally:
            _present.reset(token)


def present() -> str | None:
    """The `traceparent` of the present span, for whoever goes on with it elsewhere."""
    return _present.get()


def _context_of(parent: str) -> Any:
    propagation = importlib.import_module("opentelemetry.trace.propagation.tracecontext")
    return propagation.TraceContextTextMapPropagator().extract({PARENT: parent})


def _written(context: Any) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"
