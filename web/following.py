"""The events of one job, from where its listener left off until its end; the row decides what is true."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

import redis

from models.errors import Unavailable
from models.events.event import BEFORE_ALL, Event, Order, present_event
from models.events.events import missed
from models.jobs.job import Job
from web.services import Services


def follow(services: Services, job_id: UUID, after: Order, seconds: float) -> Iterator[Event | None]:
    """The job's events after `after`, in their order and none twice, as they happen; at most for `seconds`.

    Without an `after` it begins with the job's present state. It ends after the final event. A step that was
    overtaken before anybody told of it may be left out. None is given when a look at the row found nothing
    new, which happens at least whenever the time of the setting `event_look_s` has passed in silence.
    """
    until = time.monotonic() + seconds
    look_s = services.settings.event_look_s
    with services.ear.on(job_id) as listener:
        told: Event | None = None  # look at the row first
        while True:
            # A final event is believed only when the row says so.
            events = [told] if told and not told.final else since(services, job_id, after, heard=told)
            fresh = [event for event in events if event.order > after]
            if told is None and not fresh:
                yield None
            yield from fresh
            after = fresh[-1].order if fresh else after
            left_s = until - time.monotonic()
            if (fresh and fresh[-1].final) or left_s <= 0:
                return
            told = listener.next(min(look_s, left_s))


def since(services: Services, job_id: UUID, after: Order, heard: Event | None = None) -> list[Event]:
    """What the row says of the job now, if it is new, after what the stream still has of the steps between.

    Nothing is between for somebody who begins, and for one who has `heard` of the last step from the stream.
    """
    try:
        with services.cluster.read(job_id) as session:
            job = session.get(Job, job_id)
    except Unavailable:
        return []
    if job is None:
        return []
    present = present_event(job)
    if present.order <= after:
        return []
    between = [] if heard or after == BEFORE_ALL else _missed(services, present, after)
    return [*(event for event in between if event.order < present.order), present]


def _missed(services: Services, present: Event, after: Order) -> list[Event]:
    try:
        return missed(services.redis, present.queue, present.job_id, after)
    except redis.RedisError:
        return []
