"""The databases, and sessions on them; `write` and `read` name their row at the call site.

What lies where is said in models/shards/placement.py: the control database has tenants, accounts and runs,
the shards have members and all that is theirs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

import models.tables  # noqa: F401 (a table can be used only when those it refers to are known)
from models.cache.forget import Forgetter
from models.errors import Unavailable, WrongShard
from models.ids import bucket_of
from models.patience import patient
from models.replicas.positions import Positions
from models.replicas.timelines import Timelines
from models.sealing.ring import Ring
from models.settings import Settings, replicas_of, urls_of
from models.shards.address import dialect_url, has_several_hosts
from models.shards.map import ShardMap
from models.shards.router import OneShard, Router
from models.shards.rows import MAIN
from models.shards.shard import Publish, Shard, database_away

__all__ = ["Cluster", "Publish", "Shard", "database_away", "dialect_url"]


class Cluster:
    """Sessions on the control database, and on the shard that a row lives on; often they are one database.

    Threads share one; a process that forks makes its own after the fork.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        name: str,
        publish: Publish | None = None,
        forgetter: Forgetter | None = None,
        by_request: bool = False,
        idle_s: float | None = None,
    ) -> None:
        """Connect lazily; `name` is what pg_stat_activity shows. A missing URL is a `SettingsError`.

        `publish` is given the events that a transaction told of, once it is committed, and `forgetter` the
        keys of cached values that it changed; without one they are forgotten by one of its own. `by_request`
        is for the web: its own address and role, and in each transaction only the rows that `models.tenancy`
        says. `idle_s` is for workers: how long a transaction may be silent before the server ends it.
        """
        self.settings = settings
        self.ring = Ring(settings.root_keys, self.alone)
        self._forgetter = forget = Forgetter(settings) if forgetter is None else forgetter
        urls = urls_of((by_request and settings.web_shard_urls) or settings.shard_urls)
        urls[MAIN] = (by_request and settings.web_database_url) or settings.database_url

        replicas = replicas_of((by_request and settings.web_replica_urls) or settings.replica_urls)
        self._positions = Positions(settings) if replicas else None

        several = any(has_several_hosts(url) for url in urls.values() if url)
        self._timelines = Timelines(settings) if several else None
        connect_as = self._timelines.connect if self._timelines else patient

        def connect(shard: str) -> Shard:
            if shard not in urls:
                cause = f"REVEILLE_SHARD_URLS does not say where the shard {shard} is"
                raise Unavailable("these rows cannot be reached at the moment; try again", cause=cause)
            url = urls[shard]
            return Shard(
                settings,
                url,
                name=shard,
                process=name,
                ring=self.ring,
                publish=publish,
                forget=forget,
                by_request=by_request,
                idle_s=idle_s,
                replicas=replicas.get(shard, ()),
                positions=self._positions,
                connect_as=connect_as,
            )

        self._router = Router(connect(MAIN), connect)

    @property
    def name(self) -> str:
        """Of the shard that is the control database: `main`, but for a cluster of one shard."""
        return self._router.control.name

    @property
    def engine(self) -> Engine:
        """The engine of the control database, for migrations and statistics over all rows."""
        return self._router.control.engine

    @contextmanager
    def write(self, row_id: UUID) -> Iterator[Session]:
        """A transaction on the primary of the shard that holds `row_id`."""
        with self._on_owner((bucket_of(row_id),), Shard.write) as session:
            yield session

    @contextmanager
    def read(self, row_id: UUID, *, may_lag: bool = False) -> Iterator[Session]:
        """A read-only transaction on the shard that holds `row_id`; it sees every committed write.

        With `may_lag` it is on a replica where one is near enough, and sees what was written with `write` in
        the row's bucket before, whoever wrote it; only writes of this very moment may be missing.
        """
        how = Shard.read_lagging if may_lag else Shard.read
        with self._on_owner((bucket_of(row_id),), how) as session:
            yield session

    @contextmanager
    def write_all(self, row_ids: Collection[UUID]) -> Iterator[Session]:
        """A transaction on the shard that holds all these rows; `WrongShard` when they are on several."""
        with self._on_owner({bucket_of(row_id) for row_id in row_ids}, Shard.write) as session:
            yield session

    @contextmanager
    def write_beside_control(self, row_id: UUID) -> Iterator[tuple[Session, Session]]:
        """A transaction on the shard that holds `row_id`, and one on the control database; often it is one.

        Where they are two the shard's is committed first. When that of the control database fails after it,
        whoever asks again must find the rows of the shard as they are then, and go on from there.
        """
        if self.shard_of(row_id) is self._router.control:
            with self.write(row_id) as session:
                if session.get_bind() is not self.engine:
                    raise WrongShard("these rows were moved at this moment; try again")
                yield session, session
            return
        with self.control() as control, self.write(row_id) as session:  # left in the other order
            yield session, control

    @contextmanager
    def control(self, *, may_lag: bool = False) -> Iterator[Session]:
        """A transaction on the control database: tenants, accounts, runs, and queues as a whole.

        With `may_lag` it reads only, on a replica where one has everything that was written before.
        """
        control = self._router.control
        with control.look() if may_lag else control.work() as session:
            yield session

    def alone(self, tenant_id: UUID) -> AbstractContextManager[Connection]:
        """A transaction on the control database that reaches one tenant, as `Shard.alone`."""
        return self._router.control.alone(tenant_id)

    @contextmanager
    def _on_owner(
        self,
        buckets: Collection[int],
        how: Callable[[Shard, Collection[int]], AbstractContextManager[Session]],
    ) -> Iterator[Session]:
        stack, session = self._router.open(buckets, how)
        with stack:
            yield session

    def map(self) -> ShardMap:
        """Which shard has which bucket, as this process knows it."""
        return self._router.map()

    def refresh(self) -> None:
        """Look at the map now."""
        self._router.refresh()

    def named(self, name: str) -> Shard:
        """The shard of that name, whether the map knows it or not."""
        return self._router.named(name)

    def shards(self) -> list[Shard]:
        """Every shard that holds members' rows, the control database first where it does."""
        return self._router.with_buckets()

    def databases(self) -> list[Shard]:
        """The control database, and every shard that holds members' rows."""
        control = self._router.control
        return [control, *(shard for shard in self.shards() if shard is not control)]

    def on(self, shard: Shard) -> Cluster:
        """The cluster as one shard alone sees it: one database, for the work that each shard has."""
        alone = copy.copy(self)
        alone._router = OneShard(shard)
        return alone

    def each(self) -> list[Cluster]:
        """For every shard, the cluster as it sees it."""
        return [self.on(shard) for shard in self.shards()]

    def every(self) -> list[Cluster]:
        """As `each`, with the control database where it is no shard."""
        return [self.on(shard) for shard in self.databases()]

    def shard_of(self, row_id: UUID) -> Shard:
        """The shard that the map gives the row to."""
        return self._router.of_bucket(bucket_of(row_id))

    def place_of(self, row_id: UUID) -> str:
        """The name of the shard that the map gives the row to."""
        return self._router.map().owners[bucket_of(row_id)]

    def listen(self, channel: str) -> psycopg.Connection:
        """A connection of its own to the control database that hears NOTIFY on `channel`."""
        return self._router.control.listen(channel)

    def own_connection(self, name: str) -> psycopg.Connection:
        """A connection to the control database outside the pool, as `Shard.own_connection`."""
        return self._router.control.own_connection(name)

    def close(self) -> None:
        """Give every pooled connection back to the servers."""
        self._router.close()
        self._forgetter.close()
        if self._positions is not None:
            self._positions.close()
        if self._timelines is not None:
            self._timelines.close()
