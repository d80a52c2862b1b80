"""The application factory. Nothing is read, opened or connected at import."""

from __future__ import annotations

import dataclasses
import logging
import os
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from flask import Flask, Request
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from models.archive.read import Archive
from models.cache.forget import Forgetter
from models.cache.memory import Memory
from models.cluster import Cluster
from models.events.publisher import Publisher
from models.redis import connect
from models.sealing.check import check_keys_at_start
from models.settings import Settings
from models.telemetry import configure_logging
from models.tracing import configure_tracing
from web import (
    administration,
    api_keys,
    auth,
    batches,
    dead_letters,
    docs,
    events,
    health,
    jobs,
    logs,
    plans,
    printed,
    privacy,
    profile,
    progress,
    queues,
    shares,
    swaps,
    time_zone,
    units,
    webhook_deliveries,
    webhooks,
)
from web.body_places import BodyPlaces
from web.caches import Caches
from web.cors import allow_origins, origins_of
from web.dispatch import add_routes
from web.ear import BLOCK_S, Ear
from web.encodings import compress_answers
from web.keys import load_keys
from web.metrics import Metrics
from web.observe import complete, observe_requests
from web.openapi.document import document
from web.pressure import Pressure
from web.problems import register_problems
from web.provider import Provider
from web.quota import Quotas
from web.rate_limits import TIMEOUT_S, RateLimits
from web.routes import Route
from web.services import Services, attach
from web.tokens import configure_tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROUTES: tuple[Route, ...] = (
    *auth.routes,
    *api_keys.routes,
    *administration.routes,
    *units.routes,
    *profile.routes,
    *time_zone.routes,
    *privacy.routes,
    *plans.routes,
    *swaps.routes,
    *printed.routes,
    *jobs.routes,
    *logs.routes,
    *progress.routes,
    *events.routes,
    *dead_letters.routes,
    *queues.routes,
    *shares.routes,
    *batches.routes,
    *webhooks.routes,
    *webhook_deliveries.routes,
    *health.routes,
    *docs.routes,
)
"""Everything that the service answers; the OpenAPI document is made from this and nothing else."""

MOST_TOKENS = 20_000  # checked ones that a process remembers; some 30 MB
MOST_FINISHED = 20_000  # jobs; some 20 MB
PROBE_TIMEOUT_S = 2.0  # a readiness probe that hangs tells nothing
PRESSURE_TIMEOUT_S = 0.5  # a request waits for it, once a second


class Web(Flask):
    """Flask without redirects: an address is as it was declared, and no other leads to it.

    Flask would answer them past the error handlers, to whatever Host the client has sent. And what every
    answer has in its headers is added on the way out.
    """

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""

        def start(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
            return start_response(status, complete(headers, environ), exc_info)

        return super().wsgi_app(environ, start)

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Raise the routing's fault, which for a redirect is that there is nothing here."""
        if isinstance(request.routing_exception, RequestRedirect):
            raise NotFound
        super().raise_routing_exception(request)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application, with `settings` or, as a process of its own, with those of the environment.

    Raises
    ------
    SettingsError
        When a setting is missing or out of its contract, or a key that opens rows is not here.
    """
    settings = _settings_of_process() if settings is None else settings.validate()
    app = Web("web", static_folder=None)
    made = _services(settings)
    check_keys_at_start(made.cluster)
    attach(app, made)
    configure_tokens(app, settings, made.keys)
    register_problems(app)
    observe_requests(app)
    compress_answers(app, ROUTES)
    allow_origins(app, origins_of(settings.cors_origins))
    add_routes(app, ROUTES)
    app.extensions[api_keys.SCOPES] = api_keys.scopes_of(ROUTES)
    app.extensions[docs.DOCUMENT] = document(ROUTES)
    return app


def _settings_of_process() -> Settings:
    settings = Settings.from_environment(os.environ)
    configure_logging("web", settings.log_level)
    configure_tracing(settings, "web")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # else every probe of readiness leaves two lines
    return settings


def _services(settings: Settings) -> Services:
    probing = dataclasses.replace(settings, redis_timeout_s=min(PROBE_TIMEOUT_S, settings.redis_timeout_s))
    hasty = dataclasses.replace(settings, redis_timeout_s=TIMEOUT_S)
    publisher = Publisher(connect(probing))
    metrics = Metrics()
    streams = min(settings.event_streams, settings.web_threads // 2)
    keys = load_keys(settings.signing_key, settings.other_keys)
    caches = Caches(settings, keys.private, metrics.count_cache_read)
    forgetter = Forgetter(settings, caches.forget)
    return Services(
        settings=settings,
        cluster=Cluster(
            settings, name="web", publish=publisher.publish, forgetter=forgetter, by_request=True
        ),
        redis=connect(probing),
        keys=keys,
        known=Memory(MOST_TOKENS),
        finished=Memory(MOST_FINISHED),
        caches=caches,
        provider=Provider(settings) if settings.oidc_issuer else None,
        metrics=metrics,
        publisher=publisher,
        ear=Ear(connect(settings), block_s=min(BLOCK_S, settings.redis_timeout_s / 2)),
        streams=threading.BoundedSemaphore(streams),
        waiters=threading.BoundedSemaphore(max(1, (settings.web_threads - streams) // 2)),
        bodies=BodyPlaces(max(1, (settings.web_threads - streams) // 4)),
        quotas=Quotas(),
        rate_limits=RateLimits(settings, connect(hasty), metrics.rate_limits_skipped.inc),
        pressure=Pressure(connect(dataclasses.replace(settings, redis_timeout_s=PRESSURE_TIMEOUT_S))),
        archive=Archive(settings.archive_url),
    )
