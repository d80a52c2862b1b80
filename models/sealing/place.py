"""Where a sealed value belongs: its tenant, table, column and row. It opens nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, NewType
from uuid import UUID

from sqlalchemy import Column, Dialect, LargeBinary, Table
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

FORMAT = 1
HEAD = 5  # bytes before the box: the format, and the version of the data key in four of them

Sealed = NewType("Sealed", bytes)
"""A value as it stands in a sealed column. Only a `Ring` makes it, and opens it."""


class SealedColumn(TypeDecorator[Sealed]):
    """The type of a sealed column, which takes nothing that is not sealed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Refuse a value that would lie there to be read."""
        if value is not None and not (isinstance(value, bytes) and len(value) > HEAD and value[0] == FORMAT):
            raise TypeError("a sealed column takes what `Ring.seal` gives, and nothing else")
        return value


class Place(NamedTuple):
    """The tenant, the table and column, and the row by its primary key.

    Table and column are part of what is sealed: whoever renames one seals its values anew.
    """

    tenant_id: UUID
    table: str
    column: str
    key: tuple[object, ...]

    def about(self) -> bytes:
        """As bytes; no two places have the same."""
        key = "\n".join(map(str, self.key))
        return f"{self.tenant_id}\n{self.table}\n{self.column}\n{key}".encode()


def place_of(column: InstrumentedAttribute[Any], tenant_id: UUID, *key: object) -> Place:
    """The place of a mapped column in the row with that primary key."""
    return Place(tenant_id, column.class_.__tablename__, column.key, key)


def place_in(table: Table, column: str, row: Mapping[Any, Any]) -> Place:
    """The place of a column in a row of any table, which has its tenant and its primary key."""
    return Place(row["tenant_id"], table.name, column, tuple(row[key.name] for key in table.primary_key))


def is_sealed(column: Column[Any]) -> bool:
    """Whether it is a sealed column."""
    return isinstance(column.type, SealedColumn)


def sealed_columns(table: Table) -> list[str]:
    """The names of a table's sealed columns."""
    return [column.name for column in table.columns if is_sealed(column)]
