"""For operators: nights. Start them, watch them, pause, resume and cancel them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from uuid import UUID

from flask import Response
from sqlalchemy import ColumnElement

from models.access.account import Role
from models.errors import NotFound
from models.members.tenant import Tenant
from models.nights import parts
from models.nights.batch import Batch
from models.nights.failures import SeenFailure
from models.nights.parts import see_failed, whole_batch, whole_batches
from models.nights.seen import SeenBatch
from models.nights.start import start_nights
from planners.reading import limits
from planners.spec import Kind
from web.answers import json_answer
from web.cursors import cursor_of, id_of_cursor, next_link
from web.operators import reach, signature
from web.routes import Answer, Routes
from web.schemas import SLUG
from web.services import services
from web.tokens import Caller

routes = Routes("operations")

PATH = "/v1/batches"
BATCH = Answer(status=200, text="The batch as it is now.", body=SeenBatch)


@dataclass(frozen=True, kw_only=True)
class BatchRequest:
    """Whose plans are made anew, and for which night."""

    kind: Kind | None = limits("Plans of one kind; both when left out.", default=None)
    date: datetime.date | None = limits(
        "The day that the night leads to; that of the night that started last when left out.", default=None
    )
    tenant: str | None = limits(
        "Short name of a tenant; every tenant that the operator reaches when left out.",
        default=None, pattern=SLUG, longest=63, example="default",
    )  # fmt: skip
    force: bool = limits("Plan those too whose inputs have not changed.", default=False)


@dataclass(frozen=True, kw_only=True)
class BatchList:
    """Batches."""

    batches: tuple[SeenBatch, ...]


@dataclass(frozen=True, kw_only=True)
class BatchesQuery:
    """How many batches on a page."""

    limit: int = limits("Batches on a page, newest first.", default=20, least=1, most=100)


@dataclass(frozen=True, kw_only=True)
class FailuresQuery:
    """Which failures, and how many on a page."""

    cursor: str | None = limits("`next_cursor` of the page before.", default=None, shortest=1, longest=64)
    limit: int = limits("Failures on a page.", default=50, least=1, most=500)


@dataclass(frozen=True, kw_only=True)
class FailurePage:
    """A page of members who got no new plan, in the order of their ids."""

    failures: tuple[SeenFailure, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")


@routes.route(
    "POST", PATH, "Start a night's plans", auth=Role.OPERATOR, body=BatchRequest,
    answers=(Answer(status=202, text="The batches, started now or running already.", body=BatchList,
                    headers=("Location",)),),
    problems=("conflict", "not-found"),
)  # fmt: skip
def start_batches(caller: Caller, body: BatchRequest) -> Response:
    made = services()
    with made.cluster.control() as session:
        tenants = reach(session, caller, Tenant)
    if body.tenant is not None:
        tenants += (Tenant.slug == body.tenant,)
    started = start_nights(
        made.cluster, made.settings, datetime.datetime.now(datetime.UTC), *tenants, by=signature(caller),
        kinds=tuple(Kind) if body.kind is None else (body.kind,), day=body.date, forced=body.force,
    )  # fmt: skip
    if not started:
        raise NotFound("there is no active tenant of that name that you reach")
    seen = tuple(_seen(begun.batch.id, caller) for begun in started)
    response = json_answer(BatchList(batches=seen), 202)
    if len(seen) == 1:
        response.headers["Location"] = f"{PATH}/{seen[0].id}"
    return response


@routes.route(
    "GET", PATH, "Nights, newest first", auth=Role.OPERATOR, query=BatchesQuery,
    answers=(Answer(status=200, text="The batches.", body=BatchList),),
)  # fmt: skip
def list_batches(caller: Caller, query: BatchesQuery) -> Response:
    seen = whole_batches(services().cluster, *_reach(caller), limit=query.limit)
    return json_answer(BatchList(batches=tuple(seen)))


@routes.route("GET", f"{PATH}/<uuid:batch_id>", "How a night stands", auth=Role.OPERATOR, answers=(BATCH,))
def get_batch(batch_id: UUID, caller: Caller) -> Response:
    return json_answer(_seen(batch_id, caller))


@routes.route(
    "GET", f"{PATH}/<uuid:batch_id>/failures", "Who got no new plan, and why", auth=Role.OPERATOR,
    query=FailuresQuery, answers=(Answer(status=200, text="A page.", body=FailurePage, headers=("Link",)),),
)  # fmt: skip
def list_failures(batch_id: UUID, caller: Caller, query: FailuresQuery) -> Response:
    after = id_of_cursor(query.cursor) if query.cursor else None
    _seen(batch_id, caller)
    found = see_failed(services().cluster, batch_id, limit=query.limit + 1, after=after)
    page, more = found[: query.limit], len(found) > query.limit
    cursor = cursor_of(page[-1].member_id) if more else None
    response = json_answer(FailurePage(failures=tuple(page), next_cursor=cursor))
    if cursor:
        path = f"{PATH}/{batch_id}/failures"
        response.headers["Link"] = next_link(path, limit=query.limit, cursor=cursor)
    return response


@routes.route(
    "POST", f"{PATH}/<uuid:batch_id>/pause", "Start no more chunks of a night", auth=Role.OPERATOR,
    answers=(BATCH,), problems=("conflict",),
)  # fmt: skip
def pause_night(batch_id: UUID, caller: Caller) -> Response:
    parts.pause_night(services().cluster, batch_id, *_reach(caller), by=signature(caller))
    return json_answer(_seen(batch_id, caller))


@routes.route(
    "POST", f"{PATH}/<uuid:batch_id>/resume", "Let a night go on where it stopped", auth=Role.OPERATOR,
    answers=(BATCH,), problems=("conflict",),
)  # fmt: skip
def resume_night(batch_id: UUID, caller: Caller) -> Response:
    parts.resume_night(services().cluster, batch_id, *_reach(caller), by=signature(caller))
    return json_answer(_seen(batch_id, caller))


@routes.route(
    "POST", f"{PATH}/<uuid:batch_id>/cancel", "Plan no more of a night", auth=Role.OPERATOR,
    answers=(BATCH,), problems=("conflict",),
)  # fmt: skip
def cancel_night(batch_id: UUID, caller: Caller) -> Response:
    parts.cancel_night(services().cluster, batch_id, *_reach(caller), by=signature(caller))
    return json_answer(_seen(batch_id, caller))


def _reach(caller: Caller) -> tuple[ColumnElement[bool], ...]:
    with services().cluster.control() as session:
        return reach(session, caller, Batch)


def _seen(batch_id: UUID, caller: Caller) -> SeenBatch:
    found = whole_batch(services().cluster, batch_id, *_reach(caller))
    if found is None:
        raise NotFound("there is no batch with this id")
    return found
