"""What the web caches: plans and profiles, as their owners are told them (docs/caches.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from models.cache.cache import Cache, Form, Outcome
from models.cache.hearing import Hearing
from models.cache.server import Breaker, connect
from models.cache.shared import Shared
from models.settings import Settings
from web.keys import PrivateKey
from web.tokens import Caller

MOST_PLANS = 2_000  # in the memory of a process; some 25 MB
MOST_PROFILES = 10_000  # some 10 MB
IDS = 48  # bytes of a plan's, its member's and its tenant's id
TAG = 40  # characters

Count = Callable[[str, Outcome], None]


@dataclass(frozen=True, kw_only=True)
class CachedPlan:
    """A plan as its owner is told it: `packed` is the body in gzip, `tag` names it as it is."""

    id: UUID
    member_id: UUID
    tenant_id: UUID
    tag: str
    packed: bytes

    def is_of(self, caller: Caller) -> bool:
        """Whether the caller may see it."""
        return (self.member_id, self.tenant_id) == (caller.member_id, caller.tenant_id)


@dataclass(frozen=True, kw_only=True)
class CachedProfile:
    """A profile as its owner is told it."""

    member_id: UUID
    tenant_id: UUID
    version: int
    body: str

    def is_of(self, caller: Caller) -> bool:
        """Whether the caller may see it."""
        return (self.member_id, self.tenant_id) == (caller.member_id, caller.tenant_id)


class Caches:
    """The caches of one process. Without an address of a server they are in its memory only."""

    def __init__(self, settings: Settings, key: PrivateKey, count: Count) -> None:
        self._shared_client = connect(settings) if settings.cache_url else None
        shared = None
        if self._shared_client is not None:
            shared = Shared(self._shared_client, _secret(key), settings.cache_s, Breaker())
        memory_s = settings.cache_memory_s
        self.plans: Cache[CachedPlan] = Cache(
            most=MOST_PLANS, memory_s=memory_s, form=PLAN, shared=shared, told=lambda o: count("plan", o)
        )
        self.profiles: Cache[CachedProfile] = Cache(
            most=MOST_PROFILES, memory_s=memory_s, form=PROFILE, shared=shared,
            told=lambda o: count("profile", o),
        )  # fmt: skip
        listener = connect(settings)
        self._hearing = None if listener is None else Hearing(listener, self.forget, self.clear)

    def plan(self, key: str, work_out: Callable[[], CachedPlan | None]) -> CachedPlan | None:
        """The plan, as `Cache.find` finds it."""
        self._hear()
        return self.plans.find(key, work_out)

    def profile(self, key: str, work_out: Callable[[], CachedProfile | None]) -> CachedProfile | None:
        """The profile, likewise."""
        self._hear()
        return self.profiles.find(key, work_out)

    def _hear(self) -> None:
        if self._hearing is not None:
            self._hearing.start()

    @property
    def hears(self) -> bool:
        """Whether that is heard at the moment."""
        return self._hearing is not None and self._hearing.hears

    def forget(self, keys: list[str]) -> None:
        """Forget the values in memory."""
        self.plans.forget(keys)
        self.profiles.forget(keys)

    def clear(self) -> None:
        """Forget all values in memory."""
        self.plans.clear()
        self.profiles.clear()

    def close(self) -> None:
        if self._hearing is not None:
            self._hearing.close()
        if self._shared_client is not None:
            self._shared_client.close()


def _secret(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _pack_plan(plan: CachedPlan) -> bytes:
    return plan.id.bytes + plan.member_id.bytes + plan.tenant_id.bytes + plan.tag.encode() + plan.packed


def _unpack_plan(data: bytes) -> CachedPlan:
    ids = [UUID(bytes=data[at : at + 16]) for at in range(0, IDS, 16)]
    tag, packed = data[IDS : IDS + TAG].decode(), data[IDS + TAG :]
    return CachedPlan(id=ids[0], member_id=ids[1], tenant_id=ids[2], tag=tag, packed=packed)


def _pack_profile(profile: CachedProfile) -> bytes:
    told = [profile.member_id.hex, profile.tenant_id.hex, profile.version, profile.body]
    return json.dumps(told).encode()


def _unpack_profile(data: bytes) -> CachedProfile:
    member, tenant, version, body = json.loads(data)
    return CachedProfile(member_id=UUID(member), tenant_id=UUID(tenant), version=version, body=body)


PLAN = Form[CachedPlan](number=1, pack=_pack_plan, unpack=_unpack_plan)
PROFILE = Form[CachedProfile](number=1, pack=_pack_profile, unpack=_unpack_profile)
