"""Versions of the catalogue that plans were saved with: by what they hold, written when first used.

A plan names its version for good, in its row and in the archive, so versions are never deleted; there is one
for each release that changes a table, of about 100 KB.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from functools import lru_cache
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.errors import ModelError
from planners.lean import Catalogue, carried
from planners.spec import Kind

_known: WeakKeyDictionary[Engine, set[UUID]] = WeakKeyDictionary()


class CatalogueVersion(Base):
    __tablename__ = "catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # planners.lean.Catalogue.id: a hash of what it holds
    kind: Mapped[Kind] = mapped_column(words(Kind))
    content: Mapped[bytes]  # deflated JSON of its texts
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CatalogueGone(ModelError):
    """A plan names a version of the catalogue that is not kept, or is damaged."""


def keep(session: Session, catalogue: Catalogue) -> None:
    """See to it that the version is kept when the session commits."""
    engine = session.get_bind().engine
    known = _known.setdefault(engine, set())
    if catalogue.id in known:
        return
    if session.scalar(select(CatalogueVersion.id).where(CatalogueVersion.id == catalogue.id)):
        known.add(catalogue.id)  # it is committed: nobody takes it back
        return
    row = {"id": catalogue.id, "kind": catalogue.kind, "content": _as_bytes(catalogue)}
    session.execute(insert(CatalogueVersion).values(row).on_conflict_do_nothing())


def catalogue_of(session: Session, catalogue_id: UUID) -> Catalogue:
    """The version of that id; those that this process carries or has read are not read again.

    Raises
    ------
    CatalogueGone
        When it is not kept, or its content is not what the id says.
    """
    for kind in Kind:
        if carried(kind).id == catalogue_id:
            return carried(kind)
    row = session.execute(
        select(CatalogueVersion.kind, CatalogueVersion.content).where(CatalogueVersion.id == catalogue_id)
    ).one_or_none()
    if row is None:
        raise CatalogueGone(f"the catalogue version {catalogue_id} that the plan names is not kept")
    return _from_bytes(catalogue_id, row.kind, row.content)


def _as_bytes(catalogue: Catalogue) -> bytes:
    texts = {"table": catalogue.table, "examples": catalogue.examples}
    return zlib.compress(json.dumps(texts).encode(), 9)


@lru_cache(maxsize=16)
def _from_bytes(catalogue_id: UUID, kind: Kind, content: bytes) -> Catalogue:
    try:
        catalogue = Catalogue(kind=kind, **json.loads(zlib.decompress(content)))
    except (zlib.error, ValueError, TypeError) as error:
        raise CatalogueGone(f"the catalogue version {catalogue_id} cannot be read: {error}") from error
    if catalogue.id != catalogue_id:
        raise CatalogueGone(f"the catalogue version {catalogue_id} is damaged: it holds {catalogue.id}")
    return catalogue
