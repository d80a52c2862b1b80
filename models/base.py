"""What every table shares."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Enum, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from models.sealing.place import Sealed, SealedColumn

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, Any]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own convention)
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        Json: JSONB(none_as_null=True),
        list[Json]: JSONB(none_as_null=True),
        Sealed: SealedColumn(),
    }


def words(kind: type[StrEnum]) -> Enum:
    """A text column that holds one word of `kind`, checked by the database as well."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=kind.__name__.lower(),
        values_callable=lambda k: [str(word) for word in k],
    )
