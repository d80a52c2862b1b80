"""What a webhook was sent: look at it, and have it sent again."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Response
from sqlalchemy import func, select, tuple_, update

from models.access.account import Role
from models.errors import Conflict, NotFound
from models.events.deliveries import KEPT_TRYING, message_id
from models.events.webhook import DeliveryState, WebhookDelivery, WebhookState
from models.shards.gather import gather
from web.answers import json_answer
from web.cursors import next_link
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller
from web.webhook_schemas import MESSAGE_ID, DeliveriesQuery, DeliveryPage, DeliveryView
from web.webhooks import ONE, holding

routes = Routes("webhooks")

KEY = (WebhookDelivery.job_id, WebhookDelivery.token)


@routes.route(
    "GET", f"{ONE}/deliveries", "What a webhook was sent, or is owed", auth=Role.MEMBER,
    query=DeliveriesQuery,
    answers=(Answer(status=200, text="A page.", body=DeliveryPage, headers=("Link",)),),
)  # fmt: skip
def list_deliveries(webhook_id: UUID, caller: Caller, query: DeliveriesQuery) -> Response:
    wanted = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    if query.state:
        wanted = wanted.where(WebhookDelivery.state == query.state)
    if query.cursor:
        wanted = wanted.where(tuple_(*KEY) < tuple_(*_key_of(query.cursor)))
    newest_first = wanted.order_by(*(column.desc() for column in KEY)).limit(query.limit + 1)
    with holding(webhook_id, caller) as webhook:
        whole_tenant = webhook.member_id is None
    cluster = services().cluster
    if whole_tenant:  # whose jobs are on every shard
        found = gather(
            cluster, lambda shard: shard.scalars(newest_first).all(),
            key=lambda row: (row.job_id, row.token), limit=query.limit + 1, newest_first=True,
            may_lag=True,
        )  # fmt: skip
    else:
        with cluster.read(webhook_id, may_lag=True) as session:
            found = list(session.scalars(newest_first))
    page = tuple(_view(row) for row in found[: query.limit])
    cursor = page[-1].id if len(found) > query.limit else None
    response = json_answer(DeliveryPage(deliveries=page, next_cursor=cursor))
    if cursor:
        path = f"/v1/webhooks/{webhook_id}/deliveries"
        response.headers["Link"] = next_link(path, state=query.state, limit=query.limit, cursor=cursor)
    return response


@routes.route(
    "POST", f"{ONE}/deliveries/<message>/redeliver", "Send a message again", auth=Role.MEMBER,
    answers=(Answer(status=202, text="It is owed again, with all its attempts.", body=DeliveryView),),
    problems=("conflict",),
)  # fmt: skip
def redeliver(webhook_id: UUID, message: str, caller: Caller) -> Response:
    if not re.fullmatch(MESSAGE_ID, message, re.ASCII):
        raise NotFound("there is no message of this id")
    anew = {
        "state": DeliveryState.OWED,
        "attempts": 0,
        "due_at": func.now(),
        "give_up_at": func.now() + KEPT_TRYING,
        "delivered_at": None,
    }
    this = (WebhookDelivery.webhook_id == webhook_id, tuple_(*KEY) == tuple_(*_key_of(message)))
    with holding(webhook_id, caller) as webhook:
        if webhook.state == WebhookState.DISABLED:
            raise Conflict("the webhook is disabled; enable it first")
    with services().cluster.write(_key_of(message)[0]) as session:
        row = session.scalar(update(WebhookDelivery).where(*this).values(anew).returning(WebhookDelivery))
        if row is None:
            raise NotFound("there is no message of this id")
        return json_answer(_view(row), 202)


def _key_of(message: str) -> tuple[UUID, int]:
    _, job_hex, token = message.split("_")
    return UUID(job_hex), int(token)


def _view(row: WebhookDelivery) -> DeliveryView:
    return DeliveryView(
        id=message_id(row.job_id, row.token), event=row.event, job_id=row.job_id, kind=row.kind,
        state=row.state, attempts=row.attempts, status=row.status, error=row.error, ended_at=row.ended_at,
        due_at=row.due_at if row.state == DeliveryState.OWED else None, delivered_at=row.delivered_at,
    )  # fmt: skip
