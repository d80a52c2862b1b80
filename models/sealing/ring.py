"""The ring: every key that a process has in use, and the seal and open of a value in its place.

    root key (outside) ──wraps──▶ data key of a tenant (table data_key) ──seals──▶ a column of a row

Keys are read when they are first needed. A key that seals is looked at again after `FRESH_S` by whoever asks
before a transaction (`ready`), and in one after `STALE_S` at last, so that soon after a rotation everybody
seals with the new one; one that opens never changes.
"""

from __future__ import annotations

import hmac
import json
import threading
import time
from collections.abc import Callable, Container, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.sealing.box import seal, unseal
from models.sealing.data_key import PLATFORM, Unwrapped, add_key, read_keys
from models.sealing.place import FORMAT, HEAD, Place, Sealed, place_in, sealed_columns
from models.sealing.roots import RootKeys, root_keys

FRESH_S, STALE_S = 60.0, 120.0
PADDED = 32  # bytes: a text's length tells no more than how many times this it is
RING = "ring"
"""What a session calls its ring, in `Session.info`."""

Reach = Callable[[UUID], AbstractContextManager[Connection]]
"""A transaction of its own that reaches the keys of a tenant."""


class BrokenSeal(ModelError):
    """A sealed value was changed or moved, or its key is gone; nothing is shown in its place."""


class Ring:
    """The keys of one process, shared by its threads."""

    def __init__(self, told: str, reach: Reach, clock: Callable[[], float] = time.monotonic) -> None:
        """`told` is the setting `root_keys`, which is read when a key is needed."""
        self._told = told
        self._reach = reach
        self._clock = clock
        self._keys: dict[UUID, dict[int, Unwrapped]] = {}
        self._newest: dict[UUID, tuple[Unwrapped, float]] = {}
        self._lock = threading.Lock()

    @cached_property
    def roots(self) -> RootKeys:
        """The root keys; a `SettingsError` when there are none, or they are not as they must be."""
        return root_keys(self._told)

    def seal(self, place: Place, plain: bytes) -> Sealed:
        """Seal `plain` for its place, with the newest key of its tenant."""
        key = self.newest(place.tenant_id)
        head = bytes((FORMAT,)) + key.version.to_bytes(HEAD - 1, "big")
        return Sealed(head + seal(key.cipher, head + place.about(), plain))

    def open(self, place: Place, sealed: Sealed) -> bytes:
        """What was sealed for that place.

        Raises
        ------
        BrokenSeal
            When nothing was, or its key is gone.
        """
        key = self._key(place.tenant_id, version_of(sealed))
        head = bytes(sealed[:HEAD])
        plain = None if key is None else unseal(key.cipher, head + place.about(), sealed[HEAD:])
        if plain is None:
            fault = "its data key is gone" if key is None else "it was changed, or moved from another row"
            raise BrokenSeal(f"{place.table}.{place.column} of {place.key} cannot be opened: {fault}")
        return plain

    def seal_json(self, place: Place, value: Any) -> Sealed:
        """Seal what JSON can hold; its length is hidden up to a multiple of `PADDED`."""
        text = json.dumps(value, separators=(",", ":")).encode()
        return self.seal(place, text.ljust(-(-len(text) // PADDED) * PADDED))

    def open_json(self, place: Place, sealed: Sealed) -> Any:
        """What `seal_json` has sealed; raises as `open`."""
        return json.loads(self.open(place, sealed))

    def blind_index(self, of: str, text: str) -> bytes:
        """What `text` is found by where only its seal is kept: HMAC-SHA-256, another for each use `of` it."""
        return hmac.digest(self.newest(PLATFORM).secret, f"{of}\n{text}".encode(), "sha256")

    def newest(self, tenant_id: UUID) -> Unwrapped:
        """The key that seals for a tenant at present; made when it has none."""
        return self._within(tenant_id, STALE_S)

    def ready(self, tenant_id: UUID) -> None:
        """Have the tenant's keys at hand, before a transaction: reading them takes a connection of its own.

        Threads that each hold one while they wait for another's would wait for ever. What cannot be read now
        is read when it is needed.
        """
        try:
            self._within(tenant_id, FRESH_S)
        except (ModelError, SQLAlchemyError):
            with self._lock:  # the key that is known serves on, and nobody asks again for a while
                if (found := self._newest.get(tenant_id)) is not None:
                    self._newest[tenant_id] = found[0], self._clock()

    def _within(self, tenant_id: UUID, seconds: float) -> Unwrapped:
        """The key that seals, as it was known no longer ago than that."""
        found = self._newest.get(tenant_id)
        if found is None or self._clock() >= found[1] + seconds:
            with self._lock:
                found = self._newest.get(tenant_id)
                if found is None or self._clock() >= found[1] + seconds:
                    self._read(tenant_id)
                    found = self._newest[tenant_id]
        return found[0]

    def add_version(self, tenant_id: UUID) -> int:
        """Make the tenant's next data key, which seals from now on; its version."""
        with self._reach(tenant_id) as connection:
            version = max(read_keys(connection, self.roots, tenant_id), default=0) + 1
            add_key(connection, self.roots, tenant_id, version)
        self.forget(tenant_id)
        return version

    def forget(self, tenant_id: UUID) -> None:
        """Read the tenant's keys anew when one is needed next."""
        with self._lock:
            self._newest.pop(tenant_id, None)
            self._keys.pop(tenant_id, None)

    def _key(self, tenant_id: UUID, version: int) -> Unwrapped | None:
        found = self._keys.get(tenant_id, {}).get(version)
        if found is None:
            with self._lock:
                if version not in self._keys.get(tenant_id, {}):
                    self._read(tenant_id)
                found = self._keys[tenant_id].get(version)
        return found

    def _read(self, tenant_id: UUID) -> None:
        with self._reach(tenant_id) as connection:
            keys = read_keys(connection, self.roots, tenant_id)
            if not keys:
                add_key(connection, self.roots, tenant_id, version=1)
                keys = read_keys(connection, self.roots, tenant_id)  # which may be another process's
        self._keys[tenant_id] = keys
        self._newest[tenant_id] = keys[max(keys)], self._clock()


def version_of(sealed: Sealed) -> int:
    """The version of the data key that a value is sealed with; 0 for what is no sealed value."""
    return int.from_bytes(sealed[1:HEAD], "big") if sealed[:1] == bytes((FORMAT,)) else 0


def opened_columns(
    ring: Ring, table: Table, row: Mapping[Any, Any], leave: Container[str] = ()
) -> dict[str, Any]:
    """What the sealed columns of a row hold, whatever table it is of, but for those to leave and nulls."""
    found = {}
    for column in sealed_columns(table):
        if column not in leave and (sealed := row[column]) is not None:
            found[column] = ring.open_json(place_in(table, column, row), sealed)
    return found


def ring_of(session: Session) -> Ring:
    """The ring of a session's cluster."""
    ring: Ring = session.info[RING]
    return ring
