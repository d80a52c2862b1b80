"""Rotation: a tenant's rows sealed anew with a new data key, and data keys wrapped anew by a new root key.

Rows are sealed anew batch by batch, each in a transaction of its own, beside all other work. What is sealed
with an older key is read as before; so a rotation that was interrupted is taken up where it stopped.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from models.base import Base
from models.cluster import Cluster, Shard
from models.sealing.data_key import DataKey, unwrap, wrap
from models.sealing.place import FORMAT, HEAD, place_in, sealed_columns
from models.sealing.ring import Ring

LOCKED_S = 0.2  # a pass that found every row locked is followed by another after that long
BATCH = 500  # rows of one transaction: short locks, and little to do again after an interruption


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """A tenant's rotation: the version that its rows shall have, and whether an earlier run had begun it."""

    tenant_id: UUID
    version: int
    resumed: bool


def begin_rotation(cluster: Cluster, tenant_id: UUID) -> Rotation:
    """Make the tenant's next data key, unless rows still wait for the newest one: then that goes on."""
    cluster.ring.forget(tenant_id)
    version = cluster.ring.newest(tenant_id).version
    if rows_left(cluster, tenant_id, version):
        return Rotation(tenant_id=tenant_id, version=version, resumed=True)
    return Rotation(tenant_id=tenant_id, version=cluster.ring.add_version(tenant_id), resumed=False)


def seal_anew(cluster: Cluster, rotation: Rotation, batch: int = BATCH) -> Iterator[int]:
    """Seal every row anew that is not sealed with the rotation's key yet; gives the rows of each batch.

    A row that somebody is changing is left to the next pass, so nobody waits for a lock here; the last pass
    finds none.
    """
    while rows_left(cluster, rotation.tenant_id, rotation.version):
        done = 0
        for shard, table in product(cluster.databases(), sealed_tables()):
            for rows in _pass(shard, table, rotation, cluster.ring, batch):
                done += rows
                yield rows
        if not done:
            time.sleep(LOCKED_S)


def rows_left(cluster: Cluster, tenant_id: UUID, version: int) -> int:
    """How many of the tenant's rows are sealed with a key of an older version than this."""
    counts = 0
    for shard in cluster.databases():
        with shard.work() as session:
            for table in sealed_tables():
                old = select(func.count()).select_from(table).where(*_old(table, tenant_id, version))
                counts += session.scalar(old) or 0
    return counts


def rewrap(session: Session, ring: Ring) -> int:
    """Wrap every data key by the current root key that is not yet; return how many. All of them or none."""
    waiting = select(DataKey).where(DataKey.root_id != ring.roots.current).with_for_update()
    keys = session.scalars(waiting).all()
    for key in keys:
        opened = unwrap(ring.roots, key.tenant_id, key.version, key.root_id, key.wrapped)
        key.root_id, key.wrapped = wrap(ring.roots, key.tenant_id, key.version, opened.secret)
    return len(keys)


@dataclass(frozen=True, kw_only=True)
class KeyLine:
    """A data key, as an operator sees it."""

    tenant_id: UUID
    version: int
    root_id: str
    created_at: datetime
    rows: int  # that it has sealed


def data_keys(cluster: Cluster) -> list[KeyLine]:
    """Every data key and what is sealed with it; reads every table that holds something sealed."""
    sealed: Counter[tuple[UUID, int]] = Counter()
    for shard, table in product(cluster.databases(), sealed_tables()):
        # Of a row with several sealed columns the first that is not null tells for all.
        head = func.coalesce(*(func.substring(table.c[name], 2, HEAD - 1) for name in sealed_columns(table)))
        counted = select(table.c.tenant_id, head, func.count()).where(head.is_not(None))
        with shard.work() as session:
            for tenant_id, version, count in session.execute(counted.group_by(table.c.tenant_id, head)):
                sealed[tenant_id, int.from_bytes(version, "big")] += count
    with cluster.control() as session:
        keys = session.scalars(select(DataKey).order_by(DataKey.tenant_id, DataKey.version)).all()
    return [
        KeyLine(
            tenant_id=key.tenant_id, version=key.version, root_id=key.root_id, created_at=key.created_at,
            rows=sealed[key.tenant_id, key.version],
        )
        for key in keys
    ]  # fmt: skip


def sealed_tables() -> list[Table]:
    """Every table that holds something sealed."""
    return [table for table in Base.metadata.sorted_tables if sealed_columns(table)]


def _pass(shard: Shard, table: Table, rotation: Rotation, ring: Ring, batch: int) -> Iterator[int]:
    """One walk through a table of a database, by its primary key."""
    after: tuple[Any, ...] | None = None
    while True:
        with shard.work() as session:
            rows = _old_rows(session, table, rotation, after, batch)
            _write(session, ring, table, rows)
        if rows:
            after = tuple(rows[-1][key.name] for key in table.primary_key)
            yield len(rows)
        if len(rows) < batch:
            return


def _old(table: Table, tenant_id: UUID, version: int) -> tuple[ColumnElement[bool], ...]:
    head = bytes((FORMAT,)) + version.to_bytes(HEAD - 1, "big")
    columns = [table.c[name] for name in sealed_columns(table)]
    older = [and_(column.is_not(None), func.substring(column, 1, HEAD) < head) for column in columns]
    return table.c.tenant_id == tenant_id, or_(*older)


def _old_rows(
    session: Session, table: Table, rotation: Rotation, after: tuple[Any, ...] | None, batch: int
) -> list[Mapping[Any, Any]]:
    keys = list(table.primary_key)
    columns = {column.name: column for column in keys} | {"tenant_id": table.c.tenant_id}
    columns |= {name: table.c[name] for name in sealed_columns(table)}
    wanted = select(*columns.values()).where(*_old(table, rotation.tenant_id, rotation.version))
    if after is not None:
        wanted = wanted.where(tuple_(*keys) > after)
    rows = session.execute(wanted.order_by(*keys).limit(batch).with_for_update(skip_locked=True))
    return [dict(row) for row in rows.mappings()]


def _write(session: Session, ring: Ring, table: Table, rows: list[Mapping[Any, Any]]) -> None:
    names = sealed_columns(table)
    its = [key == bindparam(f"its_{key.name}") for key in table.primary_key]
    change = update(table).where(*its).values({name: bindparam(f"new_{name}") for name in names})
    told = [
        {f"its_{key.name}": row[key.name] for key in table.primary_key}
        | {f"new_{name}": _anew(ring, table, name, row) for name in names}
        for row in rows
    ]
    if told:
        session.connection().execute(change, told)


def _anew(ring: Ring, table: Table, name: str, row: Mapping[Any, Any]) -> bytes | None:
    if row[name] is None:
        return None
    place = place_in(table, name, row)
    return ring.seal(place, ring.open(place, row[name]))
