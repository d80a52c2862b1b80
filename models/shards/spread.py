"""Copies to every shard what it must know to work alone: tenants, paused queues, the tenants' own webhooks.

They are written in the control database. Each shard's copy is compared by a digest twice a second and made
anew where it differs; so a shard that was away catches up by itself, and a change holds within a second.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from sqlalchemy import Table, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.base import Base
from models.cluster import Cluster
from models.errors import ModelError
from models.events.webhook import Webhook, WebhookState
from models.jobs.queue import Queue, owe_sent, paused_queues
from models.members.tenant import Tenant
from models.shards.shard import Shard

logger = logging.getLogger(__name__)

EVERY_S = 0.5
OWN = {"owner_id", "state", "reason", "failures", "failing_since", "rest_until"}
"""Of a webhook: what each shard has of its own, by what it could deliver."""


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A table that is copied: its key, the rows, and the columns that each shard has of its own."""

    table: Table
    which: str = "true"
    own: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[str]:
        """Those that are copied, the key first."""
        keys = [column.name for column in self.table.primary_key]
        return keys + [c.name for c in self.table.columns if c.name not in {*keys, *self.own}]

    def digest(self, session: Session) -> str:
        """Of all that is copied."""
        columns = ", ".join(f'"{name}"' for name in self.columns)
        found = f"""
        SELECT md5(coalesce(string_agg(md5(row_to_json(row)::text), '' ORDER BY row_to_json(row)::text), ''))
        FROM (SELECT {columns} FROM {self.table.name} WHERE {self.which}) row
        """  # noqa: S608 (of ours)
        return str(session.scalar(text(found)))


def _table(row: type[Base]) -> Table:
    table = row.__table__
    assert isinstance(table, Table)  # noqa: S101 (for the type checker)
    return table


COPIED = (
    Copied(table=_table(Tenant)),
    Copied(table=_table(Queue)),
    Copied(table=_table(Webhook), which="member_id IS NULL", own=frozenset(OWN)),
)


def spread(control: Session, shard: Session) -> int:
    """Make the shard's copies equal to the rows of the control database; return how many tables differed."""
    differing = [copied for copied in COPIED if copied.digest(control) != copied.digest(shard)]
    paused = set(paused_queues(shard))
    for copied in differing:
        _copy(control, shard, copied)
    if differing:
        shard.expire_all()
        for queue in paused - set(paused_queues(shard)):
            owe_sent(shard, queue)
    return len(differing)


def _copy(control: Session, shard: Session, copied: Copied) -> None:
    table, columns = copied.table, copied.columns
    wanted = select(*(table.c[name] for name in columns)).where(text(copied.which))
    rows = [dict(row._mapping) for row in control.execute(wanted)]
    keys = [column.name for column in table.primary_key]
    kept = [row[keys[0]] for row in rows]
    if table.name != Tenant.__tablename__:  # a tenant is never deleted
        shard.execute(delete(table).where(text(copied.which), table.c[keys[0]].not_in(kept)))
    if not rows:
        return
    made = insert(table)
    newer = {name: made.excluded[name] for name in columns if name not in keys}
    if table.name == Webhook.__tablename__:  # its owner has changed it, so it is tried anew
        anew = {"state": WebhookState.ACTIVE, "reason": None, "failures": 0, "failing_since": None}
        changed = made.on_conflict_do_update(
            index_elements=keys, set_={**newer, **anew, "rest_until": None},
            where=table.c.version != made.excluded.version,
        )  # fmt: skip
    else:
        changed = made.on_conflict_do_update(index_elements=keys, set_=newer)
    shard.execute(changed, rows)


def keep_copied(cluster: Cluster, shard: Shard, end: threading.Event) -> None:
    """Keep a shard's copies as they must be, until `end` is set; an outage is waited out."""
    away = False
    while not end.wait(EVERY_S):
        try:
            with cluster.control() as control, shard.work() as session:
                spread(control, session)
            away = False
        except ModelError as error:
            if not away:
                told = {"action": "shards.spread", "shard": shard.name}
                logger.warning("the copies on %s wait: %s", shard.name, error, extra=told)
            away = True
