"""A data key: what a tenant's columns are sealed with. It is here only as a root key has wrapped it.

The newest version of a tenant seals; the older ones open what is not sealed anew yet. The platform itself has
one too, under the tenant id of zeros: the key of the blind indexes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.errors import SettingsError
from models.sealing.box import new_key, seal, unseal
from models.sealing.roots import RootKeys

PLATFORM = UUID(int=0)
"""In whose name the platform keeps a key of its own."""


class DataKey(Base):
    __tablename__ = "data_key"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)  # no foreign key: it may be there first
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    root_id: Mapped[str]  # which root key opens `wrapped`
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True, kw_only=True)
class Unwrapped:
    """A data key, ready for use."""

    version: int
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False)


def read_keys(connection: Connection, roots: RootKeys, tenant_id: UUID) -> dict[int, Unwrapped]:
    """The tenant's data keys by version; none when it has none yet.

    Raises
    ------
    SettingsError
        When a root key that wraps one of them is not here.
    """
    columns = (DataKey.version, DataKey.root_id, DataKey.wrapped)
    rows = connection.execute(select(*columns).where(DataKey.tenant_id == tenant_id))
    return {row.version: unwrap(roots, tenant_id, *row) for row in rows}


def add_key(connection: Connection, roots: RootKeys, tenant_id: UUID, version: int) -> None:
    """Make a data key of this version, unless there is one."""
    root_id, wrapped = wrap(roots, tenant_id, version, new_key())
    row = {"tenant_id": tenant_id, "version": version, "root_id": root_id, "wrapped": wrapped}
    connection.execute(insert(DataKey).values(row).on_conflict_do_nothing())


def wrap(roots: RootKeys, tenant_id: UUID, version: int, secret: bytes) -> tuple[str, bytes]:
    """The current root key's id, and the data key as it wraps it."""
    return roots.current, seal(roots.by_id[roots.current], _about(tenant_id, version), secret)


def unwrap(roots: RootKeys, tenant_id: UUID, version: int, root_id: str, wrapped: bytes) -> Unwrapped:
    """Open a data key.

    Raises
    ------
    SettingsError
        When its root key is not here, or it is not as that key has wrapped it.
    """
    if root_id not in roots.by_id:
        raise SettingsError(missing([root_id]))
    secret = unseal(roots.by_id[root_id], _about(tenant_id, version), wrapped)
    if secret is None:
        raise SettingsError(
            f"data key {version} of tenant {tenant_id} is not as root key {root_id} has wrapped it: its row "
            "was changed or moved; restore the table data_key from a backup"
        )
    return Unwrapped(version=version, secret=secret, cipher=AESGCM(secret))


def missing(root_ids: Iterable[str]) -> str:
    """The sentence for root keys that are needed and not here."""
    named = ", ".join(sorted(root_ids))
    return (
        f"REVEILLE_ROOT_KEYS lacks root key {named}, which wraps data keys of this database: add it behind "
        "the current one, and take it out only after `reveille keys rewrap`"
    )


def _about(tenant_id: UUID, version: int) -> bytes:
    return f"data_key\n{tenant_id}\n{version}".encode()
