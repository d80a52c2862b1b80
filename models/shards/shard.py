"""A database of the platform: its connections, and transactions on it.

Before a transaction touches a member's rows it asks the shard itself whether it owns the member's bucket. One
that writes holds the bucket until it ends: a move of the bucket waits for it, and it waits for a move.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
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
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from models import tenancy
from models.cache.forget import take_forgotten
from models.errors import Disturbed, Unavailable, WrongShard
from models.events.event import Event
from models.events.events import take_told
from models.ids import bucket_of
from models.patience import MARGIN_S, Connect, be_patient, patient
from models.replicas.position import HAS_REPLAYED, UNREACHED, WRITTEN, Position
from models.replicas.positions import Positions
from models.replicas.replicas import Replicas
from models.sealing.ring import RING, Ring
from models.settings import Settings
from models.shards.address import dialect_url

Publish = Callable[[Sequence[Event]], None]
Forget = Callable[[list[str]], None]

HOLDS = "hold_buckets(:buckets)"  # to write: the migration has the function
HAS = "has_buckets(:buckets)"  # to read
HAS_THERE = f"{HAS} AND {HAS_REPLAYED}"  # to read from a replica
READ_ONLY = {"transaction_read_only": "on"}
LOOK_S = 0.005  # between two looks at a replica that is behind

DISTURBED = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
SILENT = psycopg.errors.IdleInTransactionSessionTimeout
NO_PRIMARY = psycopg.errors.ReadOnlySqlTransaction  # it became a replica under its connections

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
        replicas: Sequence[str] = (),
        positions: Positions | None = None,
        connect_as: Connect = patient,
    ) -> None:
        """Connect lazily to `url`; `process` is what pg_stat_activity shows, `ring` opens what is sealed.

        `publish` is given the events that a transaction told of, once it is committed, and `forget` the keys
        of the cached values that it changed. `by_request` is for the web: in each transaction only the rows
        that `models.tenancy` says. A transaction that says nothing for `idle_s` seconds is ended by the
        server, and its locks are free; None: it may take its time.
        `replicas` are the addresses of this shard's, and `positions` what its writes raise for those who read
        from replicas. `connect_as` makes connections to the primary.
        """
        self.name = name
        self.url = dialect_url(url)
        self._settings = settings
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
        self._connects = connects
        self._connect_as = connect_as
        self.engine = self._engine(self.url, connect_as)
        engines = [self._engine(dialect_url(replica), patient) for replica in replicas]
        near_s = settings.replica_lag_s
        self._replicas = Replicas(name, self.url, engines, near_s, connect_as) if engines else None
        self._positions = positions
        # Keys are read past the pool: whoever needs one holds a connection already, and all may at once.
        self._keys = create_engine(self.url, poolclass=NullPool, hide_parameters=True, connect_args=connects)
        be_patient(self._keys, self._silence_s, connect_as)
        self._ring = ring

    @contextmanager
    def write(self, buckets: Collection[int]) -> Iterator[Session]:
        """A transaction that writes rows of these buckets, which this shard holds until it ends.

        Raises
        ------
        WrongShard
            When this shard does not own all of them.
        """
        with self._transaction(self.engine, HOLDS, {"buckets": buckets}) as session:
            yield session

    @contextmanager
    def read(self, buckets: Collection[int]) -> Iterator[Session]:
        """A read-only transaction on rows of these buckets, on the primary.

        Raises
        ------
        WrongShard
            When this shard does not own all of them.
        """
        with self._transaction(self.engine, HAS, {"buckets": buckets}, READ_ONLY) as session:
            yield session

    @contextmanager
    def read_lagging(self, buckets: Collection[int]) -> Iterator[Session]:
        """As `read`, on a replica that has what was written last in these buckets, else on the primary.

        What somebody else writes meanwhile may be missing for as long as the setting `replica_lag_s` says.
        """
        with ExitStack() as stack:
            session = self._on_replica(stack, buckets, buckets)
            yield session or stack.enter_context(self.read(buckets))

    @contextmanager
    def look(self) -> Iterator[Session]:
        """A read-only transaction on whatever there is, on a replica that has all that was written before."""
        with ExitStack() as stack:
            session = self._on_replica(stack, (self.name,), ())
            primary = self._transaction(self.engine, settings=READ_ONLY)
            yield session or stack.enter_context(primary)

    def _on_replica(
        self, stack: ExitStack, where: Collection[int | str], buckets: Collection[int]
    ) -> Session | None:
        if self._replicas is None or self._positions is None:
            return None
        position = self._positions.of(where)
        asked = {"buckets": buckets, "position": position.bytes if position else 0}
        until = time.monotonic() + self._settings.replica_wait_s
        for replica in self._replicas.usable(position):
            try:
                while True:
                    try:
                        there = self._transaction(replica.engine, HAS_THERE, asked, READ_ONLY)
                        return stack.enter_context(there)
                    except WrongShard:  # it is behind, or the rows have moved: the primary knows which
                        if time.monotonic() >= until:
                            return None
                    time.sleep(LOOK_S)
            except Unavailable as error:
                replica.fail(error)
        return None

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
        asked: Mapping[str, Any] = NOTHING,
        settings: Mapping[str, str] = NOTHING,
    ) -> Iterator[Session]:
        with self._session(engine) as session:
            with session.begin():
                self._begin(session, fence, asked, settings)
                yield session
            # Only now is it true; and an event that is lost here is found in its job's row.
            told = take_told(session)
            written = {bucket_of(event.job_id) for event in told}
            self._raise_positions(session, written.union(asked["buckets"] if fence == HOLDS else ()))
            forgotten = take_forgotten(session)  # and whoever reads it anew reads no older one
            if forgotten and self._forget is not None:
                self._forget(forgotten)
            if told and self._publish is not None:
                self._publish(told)

    def _raise_positions(self, session: Session, buckets: Collection[int]) -> None:
        """Let nobody who reads in these buckets be behind what was just committed.

        It is committed: nothing may go wrong here. Where the server does not say any more how far it has
        come, only the primary will do for a while.
        """
        if self._positions is None or not buckets:
            return
        try:
            written = session.scalar(text(WRITTEN))
        except (DBAPIError, PoolTimeout):
            written = None
        position = Position(shard=self.name, bytes=UNREACHED if written is None else written)
        self._positions.raise_to(position, buckets)

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False, info={RING: self._ring}) as session:
                yield session
        except PoolTimeout as error:
            raise Unavailable("every database connection of this process is in use; try again") from error
        except (OperationalError, InternalError) as error:
            left = isinstance(error.orig, NO_PRIMARY) and engine is self.engine
            if isinstance(error, InternalError) and not (left or isinstance(error.orig, SILENT)):
                raise
            if left:
                engine.dispose()  # the next connections look for the server that is the primary now
            raise fault_of(error.orig or error) from error

    def _begin(
        self, session: Session, fence: str, asked: Mapping[str, Any], settings: Mapping[str, str]
    ) -> None:
        """Set what holds for this transaction alone and ask for the buckets, in one round trip or none."""
        told = {**self._local, **settings}
        if self._by_request:
            told[tenancy.SETTING] = tenancy.reach()
        if not (told or fence):
            return
        values: dict[str, Any] = {word.replace(".", "_"): value for word, value in told.items()}
        if fence:
            values |= {**asked, "buckets": sorted(set(asked["buckets"]))}
        question = _asking(tuple(told), fence)
        try:
            row = session.execute(question, values).one()
        except OperationalError as error:
            if isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise WrongShard("these rows are moving to another server; try again") from error
            raise
        if fence and not row[-1]:
            raise WrongShard(f"shard {self.name} does not own all of the buckets {values['buckets']}")

    def _engine(self, url: str, connect_as: Connect) -> Engine:
        engine = create_engine(
            url,
            pool_size=self._settings.database_pool,
            max_overflow=0,
            pool_timeout=self._settings.database_timeout_s,
            pool_pre_ping=True,
            hide_parameters=True,  # the text of an error ends in logs; e-mail addresses and hashes do not
            connect_args=self._connects,
        )
        be_patient(engine, self._silence_s, connect_as)
        return engine

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
            return self._connect_as(self._silence_s, url, **told)
        except psycopg.OperationalError as error:
            raise database_away(error) from error

    def close(self) -> None:
        """Give every pooled connection back to the servers."""
        self.engine.dispose()
        if self._replicas is not None:
            self._replicas.close()


@cache
def _asking(words: tuple[str, ...], fence: str) -> TextClause:
    """One statement that sets these words and asks for the buckets."""
    parts = [f"set_config('{word}', :{word.replace('.', '_')}, true)" for word in words]
    asked = text(f"SELECT {', '.join([*parts, *([fence] if fence else [])])}")
    return asked.bindparams(bindparam("buckets", type_=ARRAY(Integer))) if fence else asked


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
