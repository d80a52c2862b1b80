"""For operators: is the process alive, can it serve, and what does it count."""

from __future__ import annotations

from functools import cache

import redis
from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from models.cluster import database_away
from models.errors import Unavailable
from models.migrations import head, revision_of
from models.redis import is_full
from web.answers import json_answer
from web.routes import Answer, NoAuth, Routes
from web.row_metrics import RowMetrics
from web.schemas import Health
from web.services import Services, services

routes = Routes("operations")
needed_revision = cache(head)

PROBE = NoAuth("load balancers and process runners ask without an account; it tells nothing of members")


@routes.route(
    "GET", "/livez", "Is the process alive", auth=PROBE,
    answers=(Answer(status=200, text="It answers; it asks nobody else.", body=Health),),
)  # fmt: skip
def get_livez() -> Response:
    return json_answer(Health(status="ok"))


@routes.route(
    "GET", "/readyz", "Can the process serve", auth=PROBE, problems=("unavailable",),
    answers=(Answer(status=200, text="PostgreSQL, its schema and Redis are as they must be.", body=Health),),
)  # fmt: skip
def get_readyz() -> Response:
    found = services()
    checks = {"postgresql": _database_fault(found), "redis": _redis_fault(found)}
    faults = [fault for fault in checks.values() if fault]
    if faults:
        raise Unavailable("; ".join(map(str, faults)), cause="; ".join(f.cause or str(f) for f in faults))
    return json_answer(Health(status="ok", checks=dict.fromkeys(checks, "ok")))


@routes.route(
    "GET", "/metrics", "Counters and backlog for Prometheus",
    auth=NoAuth("scraped inside the operator's network; it counts and names no member"),
    answers=(Answer(status=200, text="Prometheus' text format.", media=CONTENT_TYPE_LATEST),),
)  # fmt: skip
def get_metrics() -> Response:
    found = services()
    told = found.metrics.text(RowMetrics(found.cluster, found.redis))
    return Response(told, content_type=CONTENT_TYPE_LATEST)


def _database_fault(found: Services) -> Unavailable | None:
    try:
        revision = revision_of(found.cluster.engine)
    except SQLAlchemyError as error:
        return Unavailable("PostgreSQL does not answer", cause=database_away(error.__cause__ or error).cause)
    if revision != needed_revision():
        right = f"this code needs {needed_revision()}: run the release step"
        return Unavailable(f"the database's schema is of revision {revision}, {right}")
    return None


def _redis_fault(found: Services) -> Unavailable | None:
    try:
        full = is_full(found.redis)
    except redis.RedisError as error:
        return Unavailable("Redis does not answer", cause=f"Redis does not answer: {error}")
    return Unavailable("Redis is full") if full else None
