"""The public keys of an identity provider: found by OpenID Connect Discovery, kept, fetched anew in time.

A provider that is slow or broken costs one request its time-out and the others nothing: one thread fetches,
after a failure nobody does for `PAUSE_S`, and keys that were once fetched serve for `LAST_S` meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import jwt

from models.errors import Unavailable
from web.fetch import FetchError, fetch_json
from web.keys import VerifyKey, verify_key

logger = logging.getLogger(__name__)

WELL_KNOWN = "/.well-known/openid-configuration"
PAUSE_S = 5.0  # between two fetches at least, whether the last one failed or a key was not among them
LAST_S = 86_400.0  # keys older than that prove nothing
MOST_KEYS = 50
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def is_safe(url: str) -> bool:
    """Whether keys may be fetched from `url`: by https, or from this machine itself."""
    try:
        split = urlsplit(url)
        port_fits = split.port is None or split.port > 0
    except ValueError:
        return False
    plain = split.scheme == "http" and split.hostname in LOOPBACK
    whole = bool(split.hostname) and port_fits and not (split.fragment or split.username or split.password)
    return whole and (split.scheme == "https" or plain)


class ProviderKeys:
    """The keys of one issuer, shared by the threads of a process."""

    def __init__(
        self,
        issuer: str,
        *,
        timeout_s: float,
        fresh_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._timeout_s = timeout_s
        self._fresh_s = fresh_s
        self._clock = clock
        self._keys: Mapping[str, VerifyKey] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._lock = threading.Lock()  # held by the one thread that fetches

    def key(self, kid: str) -> VerifyKey | None:
        """The key with the id `kid`; None when the provider has no such key.

        Raises
        ------
        Unavailable
            When there are no keys that still prove anything and the provider gives none.
        """
        if self._age_s() > self._fresh_s or kid not in self._keys:
            self._fetch()
        if self._age_s() > LAST_S:
            raise Unavailable("the identity provider does not answer at the moment; try again")
        return self._keys.get(kid)

    def _age_s(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock() - self._fetched_at

    def _fetch(self) -> None:
        # Who finds another thread fetching goes on with the keys there are, and waits only without any.
        if not self._lock.acquire(blocking=self._fetched_at is None, timeout=self._wait_s()):
            return
        try:
            if self._tried_at is None or self._clock() - self._tried_at >= PAUSE_S:
                self._keys = self._fetched()
                self._fetched_at = self._clock()
        except FetchError as error:
            logger.warning("%s", error, extra={"action": "identity_provider.away", "issuer": self._issuer})
        finally:
            self._tried_at = self._clock()
            self._lock.release()

    def _wait_s(self) -> float:
        return 2 * self._timeout_s if self._fetched_at is None else -1

    def _fetched(self) -> dict[str, VerifyKey]:
        about = fetch_json(self._issuer.rstrip("/") + WELL_KNOWN, timeout_s=self._timeout_s)
        if about.get("issuer") != self._issuer:
            raise FetchError(
                f"{self._issuer} calls itself another issuer: {str(about.get('issuer'))[:200]!r}"
            )
        address = about.get("jwks_uri")
        if not isinstance(address, str) or not is_safe(address):
            raise FetchError(f"{self._issuer} names no https address of its keys")
        listed = fetch_json(address, timeout_s=self._timeout_s).get("keys")
        if not isinstance(listed, list):
            raise FetchError(f"{address} holds no list of keys")
        found = {key.kid: key for each in listed[:MOST_KEYS] if (key := _key_of(each)) is not None}
        if not found:
            raise FetchError(f"{address} holds no key for RS256, ES256 or EdDSA signatures that has a kid")
        return found


def _key_of(jwk: object) -> VerifyKey | None:
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str) or jwk.get("use", "sig") != "sig":
        return None
    try:
        public = jwt.PyJWK(jwk).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    key = verify_key(public, jwk["kid"])
    return key if key and jwk.get("alg", key.algorithm) == key.algorithm else None
