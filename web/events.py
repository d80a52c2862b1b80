"""A job's events as Server-Sent Events, while a thread can be spared; then the client comes again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from uuid import UUID

from flask import Response, request

from models.access.account import Role
from models.events.event import BEFORE_ALL, Event, Order, event_text, order_of, present_event
from web.errors import InvalidHeader
from web.following import follow, since
from web.jobs import job_of
from web.routes import Answer, Routes
from web.services import Services, services
from web.tokens import Caller

routes = Routes("jobs")

MEDIA = "text/event-stream"
RETRY_MS = 1_000  # after which a client comes again when its stream is cut off
NEXT_MS = 100  # and when the stream has lasted its time
CROWDED_RETRY_MS = (2_000, 4_000)  # when no thread was free: spread, so that they do not all come at once
HEARTBEAT = ": nothing new\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would collect it otherwise


@routes.route(
    "GET", "/v1/jobs/<uuid:job_id>/events", "A job's events as they happen", auth=Role.MEMBER,
    headers=("Last-Event-ID",), problems=("invalid-header",),
    answers=(
        Answer(status=200, media=MEDIA,
               text="Server-Sent Events: queued, started, progress, retrying, succeeded, failed, cancelled. "
               "The stream ends after one of the last three, and after some seconds in any case: connect "
               "again, after the time that `retry` says, with the `id` of the last event."),
        Answer(status=204, text="The job has ended and the client has its last event: do not connect again."),
    ),
)  # fmt: skip
def stream_job_events(job_id: UUID, caller: Caller) -> Response:
    after = _last_event_id()
    found = services()
    with found.cluster.read(job_id) as session:
        present = present_event(job_of(session, job_id, caller))
    if present.final and present.order <= after:
        return Response(status=204)
    if present.final or not found.streams.acquire(blocking=False):
        return _answer(_at_once(found, job_id, after))
    # Released when the server is done with the answer, whether it was sent, cut off or never begun.
    answer = _answer(_stream(found, job_id, after))
    answer.call_on_close(found.streams.release)
    return answer


def _last_event_id() -> Order:
    given = request.headers.get("Last-Event-ID", "")
    try:
        return order_of(given) if given else BEFORE_ALL
    except ValueError as error:
        raise InvalidHeader(f"Last-Event-ID: {error}") from error


def _answer(body: Iterable[str]) -> Response:
    return Response(body, headers=HEADERS, content_type=f"{MEDIA}; charset=utf-8")


def _stream(found: Services, job_id: UUID, after: Order) -> Iterator[str]:
    yield _retry(RETRY_MS)
    for event in follow(found, job_id, after, found.settings.event_stream_s):
        yield _block(event) if event else HEARTBEAT
        if event and event.final:
            return
    yield _retry(NEXT_MS)


def _at_once(found: Services, job_id: UUID, after: Order) -> list[str]:
    retry_ms = random.randint(*CROWDED_RETRY_MS)  # noqa: S311 (spreads load, keeps no secret)
    events = [_block(event) for event in since(found, job_id, after)]
    return [_retry(retry_ms), *(events or [HEARTBEAT])]


def _retry(milliseconds: int) -> str:
    return f"retry: {milliseconds}\n\n"


def _block(event: Event) -> str:
    return f"id: {event.order}\nevent: {event.type}\ndata: {event_text(event)}\n\n"
