"""A database of the platform: its connections, and transactions on it.

Before a transaction touches a member's rows it asks the shard itself whether it owns the member's bucket. One
that writes holds the bucket until it ends: a move of the bucket waits for it, and it waits for a move.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import (
    ARRAY,
    Connection,
    Engine,
    Integer,
    NullPool,
    TextClause,
    bindparam,
    create_engine,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from models import tenancy
from models.cache.forget import take_forgotten
from models.errors import Disturbed, SettingsError, Unavailable, WrongShard
from models.events.event import Event
from models.events.events import take_told
from models.patience import MARGIN_S, be_patient, patient
from models.sealing.ring import RING, Ring
from models.settings import Settings

Publish = Callable[[Sequence[Event]], None]
Forget = Callable[[list[str]], None]

HOLDS = "hold_buckets(:buckets)"  # to write: the migration has the function
HAS = "has_buckets(:buckets)"  # to read

DISTURBED = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
SILENT = psycopg.errors.IdleInTransactionSessionTimeout

SET_LOCAL = text("SELECT set_config(:word, :value, true)")

NOTHING: Mapping[str, str] = {}


class Shard:
    """One database, by its name in the map of buckets. Threads share it."""

    def __init__(
        self,
        settings: Settings,
        url: str,
        *,
        name: str,
        process: str,
        ring: Ring,
        publish: Publish | None = None,
        forget: Forget | None = None,
        by_request: bool = False,
        idle_s: float | None = None,
    ) -> None:
        """Connect lazily to `url`; `process` is what pg_stat_activity shows, `ring` opens what is sealed.

        `publish` is given the events that a transaction told of, once it is committed, and `forget` the keys
        of the cached values that it changed. `by_request` is for the web: in each transaction only the rows
        that `models.tenancy` says. A transaction that says nothing for `idle_s` seconds is ended by the
        server, and its locks are free; None: it may take its time.
        """
        self.name = name
        self.url = dialect_url(url)
        self._publish = publish
        self._forget = forget
        self._silence_s = settings.database_timeout_s + MARGIN_S
        self._by_request = by_request
        pooled = by_request and settings.web_database_pooled
        kept = {"statement_timeout": str(int(settings.database_timeout_s * 1000)), "timezone": "UTC"}
        self._local = dict(kept) if pooled else {}
        if not by_request:
            kept[tenancy.SETTING] = tenancy.EVERY_TENANT
        if idle_s is not None:
            kept["idle_in_transaction_session_timeout"] = str(int(idle_s * 1000))
        connects: dict[str, Any] = {"application_name": process, "connect_timeout": 5}
        if pooled:  # a pooler in transaction mode knows neither options nor what was prepared before
            connects["prepare_threshold"] = None
        else:
            connects["options"] = " ".join(f"-c {word}={value}" for word, value in kept.items())
        self.engine = create_engine(
            self.url,
            pool_size=settings.database_pool,
            max_overflow=0,
            pool_timeout=settings.database_timeout_s,
            pool_pre_ping=True,
            hide_parameters=True,  # the text of an error ends in logs; e-mail addresses and hashes do not
            connect_args=connects,
        )
        be_patient(self.engine, self._silence_s)
        # Keys are read past the pool: whoever needs one holds a connection already, and all may at once.
        self._keys = create_engine(self.url, poolclass=NullPool, hide_parameters=True, connect_args=connects)
        be_patient(self._keys, self._silence_s)
        self._ring = ring

    @contextmanager
    def write(self, buckets: Collection[int]) -> Iterator[Session]:
        """A transaction that writes rows of these buckets, which this shard holds until it ends.

        Raises
        ------
        WrongShard
            When this shard does not own all of them.
        """
        with self._transaction(self.engine, HOLDS, buckets) as session:
            yield session

    @contextmanager
    def read(self, buckets: Collection[int], engine: Engine | None = None) -> Iterator[Session]:
        """A read-only transaction on rows of these buckets: on `engine`, else on the primary.

        Raises
        ------
        WrongShard
            When this shard does not own all of them.
        """
        read_only = {"transaction_read_only": "on"}
        with self._transaction(engine or self.engine, HAS, buckets, read_only) as session:
            yield session

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A transaction on whatever there is, for work that finds its rows itself and skips locked ones."""
        with self._transaction(self.engine) as session:
            yield session

    @contextmanager
    def alone(self, tenant_id: UUID) -> Iterator[Connection]:
        """A transaction on a connection of its own that reaches one tenant, whatever the request reaches."""
        told = {**self._local, tenancy.SETTING: str(tenant_id)}
        with self._keys.begin() as connection:
            for word, value in told.items():
                connection.execute(SET_LOCAL, {"word": word, "value": value})
            yield connection

    @contextmanager
    def _transaction(
        self,
        engine: Engine,
        fence: str = "",
        buckets: Collection[int] = (),
        settings: Mapping[str, str] = NOTHING,
    ) -> Iterator[Session]:
        with self._session(engine) as session:
            with session.begin():
                self._begin(session, fence, buckets, settings)
                yield session
            # Only now is it true; and an event that is lost here is found in its job's row.
            forgotten = take_forgotten(session)
            if forgotten and self._forget is not None:
                self._forget(forgotten)
            told = take_told(session)
            if told and self._publish is not None:
                self._publish(told)

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False, info={RING: self._ring}) as session:
                yield session
        except PoolTimeout as error:
            raise Unavailable("every database connection of this process is in use; try again") from error
        except (OperationalError, InternalError) as error:
            if isinstance(error, InternalError) and not isinstance(error.orig, SILENT):
                raise
            raise fault_of(error.orig or error) from error

    def _begin(
        self, session: Session, fence: str, buckets: Collection[int], settings: Mapping[str, str]
    ) -> None:
        """Set what holds for this transaction alone and ask for the buckets, in one round trip or none."""
        told = {**self._local, **settings}
        if self._by_request:
            told[tenancy.SETTING] = tenancy.reach()
        if not (told or fence):
            return
        values: dict[str, Any] = {word.replace(".", "_"): value for word, value in told.items()}
        if fence:
            values["buckets"] = sorted(set(buckets))
        asked = _asking(tuple(told), fence)
        try:
            row = session.execute(asked, values).one()
        except OperationalError as error:
            if isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise WrongShard("these rows are moving to another server; try again") from error
            raise
        if fence and not row[-1]:
            raise WrongShard(f"shard {self.name} does not own all of the buckets {values['buckets']}")

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
        self.engine.dispose()


@cache
def _asking(words: tuple[str, ...], fence: str) -> TextClause:
    """One statement that sets these words and asks for the buckets."""
    parts = [f"set_config('{word}', :{word.replace('.', '_')}, true)" for word in words]
    asked = text(f"SELECT {', '.join([*parts, *([fence] if fence else [])])}")
    return asked.bindparams(bindparam("buckets", type_=ARRAY(Integer))) if fence else asked


def dialect_url(url: str) -> str:
    """`url` with SQLAlchemy's name of the driver we use."""
    if not url:
        raise SettingsError(
            "no database: set REVEILLE_DATABASE_URL, or let `reveille up` start the embedded PostgreSQL"
        )
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def fault_of(error: BaseException) -> Unavailable:
    """What the driver's error means: that another transaction was in the way, or that nobody answers."""
    if isinstance(error, DISTURBED):
        cause = f"PostgreSQL ended a transaction for another one's sake: {_first_line(error)}"
        return Disturbed("somebody else changed the same rows at this moment; try again", cause=cause)
    return database_away(error)


def database_away(error: BaseException) -> Unavailable:
    """That PostgreSQL does not answer: a plain sentence, and the first line of the driver's as the cause."""
    cause = f"PostgreSQL does not answer: {_first_line(error)}"
    return Unavailable("the database does not answer at the moment; try again", cause=cause)


def _first_line(error: BaseException) -> str:
    driver, _, _ = str(error).strip().partition("\n")
    return driver or type(error).__name__
