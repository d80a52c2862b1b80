"""The databases, and sessions on them; `write` and `read` name their row at the call site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

import models.tables  # noqa: F401 (a table can be used only when those it refers to are known)
from models import tenancy
from models.errors import SettingsError, Unavailable
from models.events.event import Event
from models.events.events import take_told
from models.patience import MARGIN_S, be_patient, patient
from models.settings import Settings

Publish = Callable[[Sequence[Event]], None]


class Cluster:
    """Sessions on the shard that a row lives on. Today one database holds every bucket.

    Threads share one; a process that forks makes its own after the fork.
    """

    def __init__(
        self, settings: Settings, *, name: str, publish: Publish | None = None, by_request: bool = False
    ) -> None:
        """Connect lazily; `name` is what pg_stat_activity shows. A missing URL is a `SettingsError`.

        `publish` is given the events that a transaction told of, once it is committed. `by_request` is for
        the web: its own address and role, and in each transaction only the rows that `models.tenancy` says.
        """
        self.settings = settings
        by_role = by_request and settings.web_database_url
        self.url = dialect_url(settings.web_database_url if by_role else settings.database_url)
        self._publish = publish
        self._silence_s = settings.database_timeout_s + MARGIN_S
        self._by_request = by_request
        self._pooled = by_request and settings.web_database_pooled
        kept = {"statement_timeout": str(int(settings.database_timeout_s * 1000)), "timezone": "UTC"}
        self._local = dict(kept) if self._pooled else {}
        if not by_request:
            kept[tenancy.SETTING] = tenancy.EVERY_TENANT
        connects: dict[str, Any] = {"application_name": name, "connect_timeout": 5}
        if self._pooled:  # a pooler in transaction mode knows neither options nor what was prepared before
            connects["prepare_threshold"] = None
        else:
            connects["options"] = " ".join(f"-c {word}={value}" for word, value in kept.items())
        self._engine = create_engine(
            self.url,
            pool_size=settings.database_pool,
            max_overflow=0,
            pool_timeout=settings.database_timeout_s,
            pool_pre_ping=True,
            hide_parameters=True,  # the text of an error ends in logs; e-mail addresses and hashes do not
            connect_args=connects,
        )
        be_patient(self._engine, self._silence_s)

    @property
    def engine(self) -> Engine:
        """The engine of the control database, for migrations and statistics over all rows."""
        return self._engine

    @contextmanager
    def write(self, row_id: UUID) -> Iterator[Session]:
        """A transaction on the primary of the shard that holds `row_id`."""
        with self._transaction() as session:
            yield session

    @contextmanager
    def read(self, row_id: UUID) -> Iterator[Session]:
        """A read-only transaction on the shard that holds `row_id`; it sees every committed write."""
        with self._session() as session, session.begin():
            self._set(session, {"transaction_read_only": "on"})
            yield session

    @contextmanager
    def control(self) -> Iterator[Session]:
        """A transaction on the control database: tenants, accounts, runs, and queues as a whole."""
        with self._transaction() as session:
            yield session

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._session() as session:
            with session.begin():
                self._set(session, {})
                yield session
            # Only now is it true; and an event that is lost here is found in its job's row.
            told = take_told(session)
            if told and self._publish is not None:
                self._publish(told)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                yield session
        except PoolTimeout as error:
            raise Unavailable("every database connection of this process is in use; try again") from error
        except OperationalError as error:
            raise database_away(error.orig or error) from error

    def _set(self, session: Session, more: dict[str, str]) -> None:
        """Set what holds for this transaction alone, in one round trip or none."""
        told = {**self._local, **more}
        if self._by_request:
            told[tenancy.SETTING] = tenancy.reach()
        if told:
            words = ", ".join(f"set_config('{word}', :{word.replace('.', '_')}, true)" for word in told)
            session.execute(text(f"SELECT {words}"), {w.replace(".", "_"): v for w, v in told.items()})

    def listen(self, channel: str) -> psycopg.Connection:
        """A connection of its own, outside the pool, that hears NOTIFY on `channel`."""
        connection = self.own_connection("listen")
        try:
            connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        except psycopg.OperationalError as error:
            raise database_away(error) from error
        return connection

    def own_connection(self, name: str) -> psycopg.Connection:
        """A connection outside the pool, for what lives as long as it does: listening, advisory locks."""
        url = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            told = {"autocommit": True, "connect_timeout": 5, "application_name": name}
            return patient(self._silence_s, url, **told)
        except psycopg.OperationalError as error:
            raise database_away(error) from error

    def close(self) -> None:
        """Give every pooled connection back to the server."""
        self._engine.dispose()


def dialect_url(url: str) -> str:
    """`url` with SQLAlchemy's name of the driver we use."""
    if not url:
        raise SettingsError(
            "no database: set REVEILLE_DATABASE_URL, or let `reveille up` start the embedded PostgreSQL"
        )
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def database_away(error: BaseException) -> Unavailable:
    """That PostgreSQL does not answer: a plain sentence, and the first line of the driver's as the cause."""
    driver, _, _ = str(error).strip().partition("\n")
    cause = f"PostgreSQL does not answer: {driver or type(error).__name__}"
    return Unavailable("the database does not answer at the moment; try again", cause=cause)
