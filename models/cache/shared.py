"""Level 2: sealed values in Redis, which every process shares.

Who finds no value leaves a lease in its place, works it out and puts it there, but only while the lease is
still there. To forget a value is to delete what stands in its place, leases too: so a value that was read
before a change never comes in after it, and of many who miss at once one works and the others wait for it.

A value is sealed (AES-256-GCM) together with its key, by a secret that only web processes have: what stands
under a key was put there for that key, by one of us. Its form's number is in the seal, so that a process of
another version takes it for missing instead of reading it wrongly.
"""

from __future__ import annotations

import os
import struct
import time
from dataclasses import dataclass

import redis
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.archive.key import seal, unseal
from models.cache.server import Breaker

PREFIX = "reveille:cache:"
LEASE_S = 3.0  # of who works a value out; whoever takes longer keeps it for itself
LEASED, VALUE = b"L", b"V"
HEAD = struct.Struct("!1s16sdd")  # what it is, its tag, when it expires, how long it took to work out
TAG_END = 16  # of the first byte and the tag, for GETRANGE

# What stands there, or nothing after leaving the caller's lease there.
FIND = """
local found = redis.call('GET', KEYS[1])
if found then return found end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
# Puts the value there if what stands there begins as the caller says, else leaves all as it is.
FILL = """
if redis.call('GETRANGE', KEYS[1], 0, 16) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
GIVE_UP = """
if redis.call('GETRANGE', KEYS[1], 0, 16) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What stands in a value's place: the value, or who may put it there.

    `begin` are the first bytes; `value` is None where the place is leased, to the caller if `mine`.
    """

    begin: bytes
    value: bytes | None = None
    mine: bool = False
    expires: float = 0.0
    took_s: float = 0.0


class Shared:
    """Values on `client`; every question that it does not answer in time is answered with None."""

    def __init__(self, client: redis.Redis, secret: bytes, life_s: float, breaker: Breaker) -> None:
        """`secret` is of many random bytes, the same in every process that is to share the values."""
        self.life_s = life_s
        self.breaker = breaker
        self._client = client
        self._key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"reveille cache").derive(secret)
        self._find, self._fill, self._give_up = map(client.register_script, (FIND, FILL, GIVE_UP))

    def find(self, key: str, form: int) -> Found | None:
        """The value, or a lease on its place."""
        lease = LEASED + os.urandom(16)
        told: list[bytes | int] = [lease, int(LEASE_S * 1000)]
        answer = self.breaker.ask(lambda: (self._find(keys=[PREFIX + key], args=told),))
        if answer is None:
            return None
        stands: bytes | None = answer[0]
        return Found(begin=lease, mine=True) if stands is None else self._read(key, form, stands)

    def fill(self, key: str, form: int, begin: bytes, value: bytes, took_s: float) -> None:
        """Put the value where something stands that begins with `begin`; if it is gone, do nothing."""
        head = HEAD.pack(VALUE, os.urandom(16), time.time() + self.life_s, took_s)
        entry = head + seal(self._key, _bound(key, form, head), value)
        told: list[bytes | int] = [begin, entry, int(self.life_s * 1000)]
        self.breaker.ask(lambda: self._fill(keys=[PREFIX + key], args=told))

    def give_up(self, key: str, begin: bytes) -> None:
        """Take the own lease back: no value comes."""
        self.breaker.ask(lambda: self._give_up(keys=[PREFIX + key], args=[begin]))

    def _read(self, key: str, form: int, stands: bytes) -> Found:
        begin = stands[: TAG_END + 1]
        if not stands.startswith(VALUE):
            return Found(begin=begin)
        head = stands[: HEAD.size]
        value = (
            unseal(self._key, _bound(key, form, head), stands[HEAD.size :])
            if len(head) == HEAD.size
            else None
        )
        if value is None:  # of another version or another key, or damaged: as if it were leased to the caller
            return Found(begin=begin, mine=True)
        _, _, expires, took_s = HEAD.unpack(head)
        return Found(begin=begin, value=value, expires=expires, took_s=took_s)


def forget_in(client: redis.Redis, keys: list[str], channel: str) -> int:
    """Delete the values of the keys, and tell every process to forget them, in one round trip.

    Returns
    -------
    How many keys there were.
    """
    with client.pipeline(transaction=False) as pipeline:
        pipeline.unlink(*(PREFIX + key for key in keys))
        pipeline.publish(channel, "\n".join(keys))
        pipeline.execute()
    return len(keys)


def _bound(key: str, form: int, head: bytes) -> bytes:
    return b"%d:%s:%s" % (form, key.encode(), head)
