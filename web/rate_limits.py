"""Rate limits: a token bucket in Redis for each address, account and tenant, in one round trip.

A bucket holds a minute's worth of requests and fills evenly. It is kept as one number, the moment at which it
will be full again (the generic cell rate algorithm); a request is let in when every one of its buckets has
enough left, and only then takes from them. Whoever asks fast is lent more than one token at a time, twice as
many with each loan that is used up within its second and at most a hundredth of a bucket, so that a poll in
a row seldom asks Redis; what is not used of a loan is lost.

Without Redis everybody is let in: the interface stays up, `reveille_rate_limits_skipped_total` counts those
requests, and Redis is not asked again for a second. What guards passwords, the lock of accounts, is in
PostgreSQL and holds meanwhile.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import redis

from models.cache.memory import Memory
from models.settings import Settings
from web.errors import RateLimited
from web.tokens import Caller

logger = logging.getLogger(__name__)

PER_S = 60
TIMEOUT_S = 0.25  # a rate limit is not worth more
PAUSE_S = 1.0  # without Redis, until it is asked again
LOAN_S = 1.0  # for which tokens may be lent
LOAN_SHARE = 100  # of a bucket is lent at most its hundredth
MOST_LOANS = 20_000
LOGIN_COST = 20  # tokens: a password takes tens of milliseconds of processor time
NETWORK_BITS = 64  # of an IPv6 address: one household or device has all that follow

# KEYS: the buckets. ARGV: for each the microseconds that a token takes to come, how many it holds, and the
# cost. Answers how many milliseconds to wait, 0 when let in, and the tokens left in each.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local full_at, wait, answer = {}, 0, {0}
for i, key in ipairs(KEYS) do
  local every, size, cost = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
  local before = math.max(tonumber(redis.call('GET', key)) or 0, now)
  full_at[i] = before + every * cost
  wait = math.max(wait, full_at[i] - now - every * size)
  answer[i + 1] = math.max(0, math.floor(size - (before - now) / every))
end
if wait > 0 then
  answer[1] = math.ceil(wait / 1000)
  return answer
end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', full_at[i]), 'PX', math.ceil((full_at[i] - now) / 1000) + 1)
  answer[i + 1] = answer[i + 1] - ARGV[3 * i]
end
return answer
"""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """One kind of bucket: a request takes one token, a login several; `size` come in a minute."""

    name: str
    size: int

    @property
    def every_us(self) -> float:
        """Microseconds in which a token comes."""
        return PER_S * 1e6 / self.size


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left in the bucket that is nearest to empty."""

    bucket: Bucket
    tokens: int

    def headers(self) -> dict[str, str]:
        """The RateLimit headers (draft-ietf-httpapi-ratelimit-headers)."""
        name, size = self.bucket.name, self.bucket.size
        full_s = math.ceil((size - self.tokens) * PER_S / size)
        return {
            "RateLimit-Policy": f'"{name}";q={size};w={PER_S}',
            "RateLimit": f'"{name}";r={self.tokens};t={full_s}',
        }


@dataclass
class Loan:
    """Tokens that were taken from the buckets, and are spent here: `left` of `size`."""

    size: int
    left: int
    behind: Left  # what was left in the buckets

    def spend(self, cost: int) -> Left:
        """Let a request in."""
        self.left -= cost
        return replace(self.behind, tokens=self.behind.tokens + self.left)


class RateLimits:
    """The buckets of the settings, on `client`; `skipped` is called for each request not looked at."""

    def __init__(
        self,
        settings: Settings,
        client: redis.Redis,
        skipped: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._of_address = Bucket(name="address", size=settings.rate_address)
        self._of_account = Bucket(name="account", size=settings.rate_account)
        self._of_tenant = Bucket(name="tenant", size=settings.rate_tenant)
        self._script = client.register_script(SCRIPT)
        self._skipped = skipped
        self._clock = clock
        self._away_until = -math.inf
        self._loans: Memory[tuple[str, UUID | None], Loan] = Memory(MOST_LOANS, clock)
        self._lock = threading.Lock()

    def take(self, address: str, caller: Caller | None, cost: int = 1) -> Left | None:
        """Let a request in; None when nobody looked, because Redis is away.

        Raises
        ------
        RateLimited
            When a bucket has too little left.
        """
        key = (address, caller.account_id if caller else None)
        with self._lock:
            loan = self._loans.get(key)
            if loan is not None and loan.left >= cost:
                return loan.spend(cost)
        size = max(cost, min(2 * loan.size, self._most_lent(caller))) if loan else cost
        buckets = self._buckets(address, caller)
        try:
            left = self._taken(buckets, size)
        except RateLimited:
            if size == cost:
                raise
            size, left = cost, self._taken(buckets, cost)
        if left is None:
            return None
        loan = Loan(size=size, left=size, behind=left)
        self._loans.keep(key, loan, self._clock() + LOAN_S)
        return loan.spend(cost)

    def _most_lent(self, caller: Caller | None) -> int:
        sizes = [self._of_address.size] + ([self._of_account.size, self._of_tenant.size] if caller else [])
        return min(sizes) // LOAN_SHARE

    def _buckets(self, address: str, caller: Caller | None) -> dict[str, Bucket]:
        buckets = {f"rate:address:{network_of(address)}": self._of_address}
        if caller is not None:
            buckets[f"rate:account:{caller.account_id}"] = self._of_account
            buckets[f"rate:tenant:{caller.tenant_id}"] = self._of_tenant
        return buckets

    def _taken(self, buckets: dict[str, Bucket], cost: int) -> Left | None:
        answer = self._ask(buckets, cost)
        if answer is None:
            return None
        least, tokens = min(
            zip(buckets.values(), answer[1:], strict=True), key=lambda pair: pair[1] / pair[0].size
        )
        left = Left(bucket=least, tokens=tokens)
        if answer[0]:
            raise RateLimited(least.name, math.ceil(answer[0] / 1000), left.headers())
        return left

    def _ask(self, buckets: dict[str, Bucket], cost: int) -> Sequence[int] | None:
        if self._clock() >= self._away_until:
            told = [n for bucket in buckets.values() for n in (bucket.every_us, bucket.size, cost)]
            try:
                answer: Sequence[int] = self._script(keys=list(buckets), args=told)
                return answer
            except redis.RedisError as error:
                self._away_until = self._clock() + PAUSE_S
                logger.warning("no rate limits: %s", error, extra={"action": "rate_limits.away"})
        self._skipped()
        return None


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, the first half of an IPv6 one.

    >>> network_of("192.0.2.7"), network_of("2001:db8::7"), network_of("::ffff:192.0.2.7"), network_of("?")
    ('192.0.2.7', '2001:db8::', '192.0.2.7', 'unknown')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), NETWORK_BITS), strict=False).network_address)
