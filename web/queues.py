"""For operators of the platform: how the queues stand; pause one, let it go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from models.access.account import Role
from models.errors import NotFound
from models.jobs.backlog import backlog, in_all
from models.jobs.queue import pause, paused_queues, resume
from models.jobs.queues import QueueName
from models.shards.gather import on_each
from planners.reading import limits
from web.answers import json_answer
from web.operators import check_platform, signature
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("operations")

PATH = "/v1/operations/queues"


@dataclass(frozen=True, kw_only=True)
class QueueView:
    """A queue, what is in it, and whether it is paused."""

    name: QueueName
    queued: int = limits("Jobs that wait and are due.", least=0)
    running: int = limits("Jobs that workers have in hand.", least=0)
    oldest_age_s: float = limits("How long the oldest due job has waited, in seconds.", least=0)
    paused_at: datetime | None = limits("Since when it is paused; null when it works.")
    paused_by: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class QueueList:
    """Every queue."""

    queues: tuple[QueueView, ...]


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Why a queue is paused."""

    reason: str = limits("For the next operator to read.", shortest=1, longest=500, example="a bad release")


QUEUES = Answer(status=200, text="The queues as they are now.", body=QueueList)


@routes.route("GET", PATH, "How the queues stand", auth=Role.OPERATOR, answers=(QUEUES,))
def list_queues(caller: Caller) -> Response:
    with services().cluster.control() as session:
        check_platform(session, caller)
    return _answer()


@routes.route(
    "POST", f"{PATH}/<queue>/pause", "Start no more of a queue's jobs", auth=Role.OPERATOR, body=Pause,
    answers=(QUEUES,),
)  # fmt: skip
def pause_queue(queue: str, caller: Caller, body: Pause) -> Response:
    with services().cluster.control() as session:
        check_platform(session, caller)
        pause(session, _queue(queue), by=signature(caller), reason=body.reason)
    return _answer()


@routes.route(
    "POST", f"{PATH}/<queue>/resume", "Start a queue's jobs again", auth=Role.OPERATOR, answers=(QUEUES,)
)
def resume_queue(queue: str, caller: Caller) -> Response:
    with services().cluster.control() as session:
        check_platform(session, caller)
        resume(session, _queue(queue))
    return _answer()


def _queue(name: str) -> QueueName:
    try:
        return QueueName(name)
    except ValueError as error:
        raise NotFound(f"there is no queue {name[:40]!r}; there are {', '.join(QueueName)}") from error


def _answer() -> Response:
    with services().cluster.control() as session:
        paused = paused_queues(session)
    views = []
    for found in in_all(on_each(services().cluster, backlog)):
        row = paused.get(found.queue)
        views.append(
            QueueView(
                name=found.queue, queued=found.queued, running=found.running, oldest_age_s=found.oldest_age_s,
                paused_at=row.paused_at if row else None, paused_by=row.paused_by if row else None,
                reason=row.reason if row else None,
            )
        )  # fmt: skip
    return json_answer(QueueList(queues=tuple(views)))
