"""The partitions of the table of plans: what is current, and what is past by the month of its id.

    plan ── plan_months.live        current plans, one for each member and kind: never archived
        └── plan_months.past ── plan_months.old        before the oldest month: superseded late, or restored
                            ├── plan_months.y2026_11   plans made in that month and superseded since
                            ├── …                      and so on, made ahead
                            └── plan_months.rest       of a month that nobody made in time

A plan that is superseded moves from `live` to its month by the UPDATE that says so. A month past its time is
archived, detached and dropped whole (models/archive/take.py); the bound of `old` then grows over it. Where a
month is missing, as after half a year without a scheduler, `rest` takes its plans, so that no save ever fails
for want of it; they move to their month when it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from models.ids import first_id

AHEAD = 6
"""Months that are made before they begin."""

NAME = re.compile(r"y(\d{4})_(\d{2})")


@dataclass(frozen=True, kw_only=True, order=True)
class Month:
    """A month of ids, and so of plans made in it, by UTC.

    >>> Month(year=2026, month=12).after, Month(year=2026, month=12).name
    (Month(year=2027, month=1), 'y2026_12')
    """

    year: int
    month: int

    @property
    def name(self) -> str:
        """Of its partition in the schema plan_months."""
        return f"y{self.year:04}_{self.month:02}"

    @property
    def table(self) -> str:
        """Its partition."""
        return f"plan_months.{self.name}"

    @property
    def after(self) -> Month:
        """The month that follows."""
        return Month(year=self.year + self.month // 12, month=self.month % 12 + 1)

    @property
    def starts_at(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def first_id(self) -> UUID:
        """The bound below its ids."""
        return first_id(self.starts_at)


def month_of(moment: datetime | date) -> Month:
    """The month that a moment lies in."""
    return Month(year=moment.year, month=moment.month)


def months_between(oldest: datetime, now: datetime) -> list[Month]:
    """The months from that of `oldest` to those that are made ahead of `now`."""
    found = [min(month_of(oldest.astimezone(UTC)), month_of(now.astimezone(UTC)))]
    last = month_of(now.astimezone(UTC))
    for _ in range(AHEAD):
        last = last.after
    while found[-1] < last:
        found.append(found[-1].after)
    return found


# Made alone and filled with what `rest` has of it, then attached: a table that is created as a partition
# would lock out whoever reads or saves a plan, and with plans in `rest` it could not be created at all.
MAKE = (
    "CREATE TABLE {table} (LIKE plan_months.past INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
    "LOCK TABLE plan_months.rest IN SHARE ROW EXCLUSIVE MODE",
    "WITH moved AS (DELETE FROM plan_months.rest WHERE id >= '{first}' AND id < '{after}' RETURNING *) "
    "INSERT INTO {table} SELECT * FROM moved",
    "ALTER TABLE plan_months.past ATTACH PARTITION {table} FOR VALUES FROM ('{first}') TO ('{after}')",
    "CREATE UNIQUE INDEX uq_plan_{name}_job ON {table} (job_id)",
)


def make_month(connection: Connection, month: Month) -> bool:
    """Make the month's partition; False when it is there, or its time is archived."""
    if month.name in kept_months(connection) or month.starts_at < _old_until(connection):
        return False
    for statement in MAKE:
        told = {"table": month.table, "first": month.first_id, "after": month.after.first_id}
        connection.execute(text(statement.format(**told, name=month.name)))
    return True


def reach_back(connection: Connection, first: datetime, now: datetime) -> None:
    """Make the months from that of `first` on, for plans that are brought in from before."""
    months = months_between(first, now)
    connection.execute(text("ALTER TABLE plan_months.past DETACH PARTITION plan_months.old"))
    _attach_old(connection, months[0])
    for month in months:
        make_month(connection, month)


def _attach_old(connection: Connection, until: Month) -> None:
    connection.execute(
        text(
            "ALTER TABLE plan_months.past ATTACH PARTITION plan_months.old "
            f"FOR VALUES FROM (MINVALUE) TO ('{until.first_id}')"
        )
    )


def make_ahead(connection: Connection, now: datetime) -> int:
    """Make the partitions that plans of the coming months need; return how many were missing."""
    return sum([make_month(connection, month) for month in months_between(now, now)])


def kept_months(connection: Connection) -> dict[str, Month]:
    """The months whose partition is attached, oldest first, by name."""
    attached = text(
        "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
        "WHERE inhparent = 'plan_months.past'::regclass ORDER BY child.relname"
    )
    return dict(_months(connection.scalars(attached)))


def left_over(connection: Connection) -> list[Month]:
    """Months that are detached, and so archived, and only wait to be dropped."""
    alone = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'plan_months'::regnamespace AND relkind = 'r' "
        "AND NOT relispartition ORDER BY relname"
    )
    return [month for _, month in _months(connection.scalars(alone))]


def _months(names: Iterable[str]) -> Iterator[tuple[str, Month]]:
    for name in names:
        if found := NAME.fullmatch(name):
            yield name, Month(year=int(found[1]), month=int(found[2]))


def _old_until(connection: Connection) -> datetime:
    bound = connection.scalar(
        text(
            "SELECT substring(pg_get_expr(relpartbound, oid) FROM $$TO \\('([0-9a-f-]+)'\\)$$) "
            "FROM pg_class WHERE oid = 'plan_months.old'::regclass"
        )
    )
    return datetime.fromtimestamp((UUID(bound).int >> 80) / 1000, tz=UTC)


def take_off(connection: Connection, month: Month) -> None:
    """Detach the oldest month, and let `old` reach over its time: one transaction, which the caller ends."""
    for table in (month.table, "plan_months.old"):
        connection.execute(text(f"ALTER TABLE plan_months.past DETACH PARTITION {table}"))
    _attach_old(connection, month.after)
