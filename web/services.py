"""What the handlers work with, made once by the application factory."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import redis
from flask import Flask, current_app

from models.archive.read import Archive
from models.cache.memory import Memory
from models.cluster import Cluster
from models.events.publisher import Publisher
from models.settings import Settings
from web.body_places import BodyPlaces
from web.caches import Caches
from web.ear import Ear
from web.finished import FinishedJob
from web.keys import Keys
from web.metrics import Metrics
from web.pressure import Pressure
from web.provider import Provider
from web.quota import Quotas
from web.rate_limits import RateLimits
from web.tokens import Caller

NAME = "reveille"


@dataclass(frozen=True, kw_only=True)
class Services:
    """One process's connections, keys and counters.

    `streams` has a place for each event stream, at most half of the threads, and `waiters` one for each
    request that may wait for its plan at the same time: half of the others. `bodies` has one for each request
    whose body is being read: a quarter of the others. So some threads are always free.
    """

    settings: Settings
    cluster: Cluster
    redis: redis.Redis
    keys: Keys
    known: Memory[str, Caller]
    finished: Memory[UUID, FinishedJob]
    caches: Caches
    provider: Provider | None
    metrics: Metrics
    publisher: Publisher
    ear: Ear
    streams: threading.BoundedSemaphore
    waiters: threading.BoundedSemaphore
    bodies: BodyPlaces
    quotas: Quotas
    rate_limits: RateLimits
    pressure: Pressure
    archive: Archive


def attach(app: Flask, services: Services) -> None:
    """Give `services` to the application's handlers."""
    app.extensions[NAME] = services


def close(app: Flask) -> None:
    """Give the application's connections back; it serves no request after that."""
    made: Services = app.extensions[NAME]
    made.ear.close()
    made.caches.close()
    made.cluster.close()
    made.publisher.close()
    made.redis.close()
    made.pressure.close()


def services() -> Services:
    """The services of the application that serves the present request."""
    return cast(Services, current_app.extensions[NAME])
