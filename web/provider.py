"""Access tokens of an identity provider: proved with its keys, its claims made tenant and role of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from models.access.account import Role
from models.errors import SettingsError
from models.members.tenant import DEFAULT_TENANT
from models.settings import Settings
from web.errors import Forbidden, Unauthorized
from web.provider_keys import ProviderKeys, is_safe

LONGEST_SUBJECT = 255
MUST_HAVE: jwt.types.Options = {"require": ["exp", "iat", "iss", "aud", "sub"]}
REFUSED_TYPES = frozenset({"logout+jwt", "secevent+jwt", "dpop+jwt"})


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """What a good token of the provider says, in our words; good until `until`, seconds since 1970."""

    issuer: str
    subject: str
    tenant_slug: str
    role: Role
    until: float


class Provider:
    """The identity provider of the settings."""

    def __init__(self, settings: Settings) -> None:
        if not is_safe(settings.oidc_issuer):
            raise SettingsError(
                "REVEILLE_OIDC_ISSUER must be an https address, or an http one of this machine"
            )
        self.issuer = settings.oidc_issuer
        self._settings = settings
        self._tenants = _pairs(settings.oidc_tenants, "OIDC_TENANTS")
        self._roles = {word: _role(name) for word, name in _pairs(settings.oidc_roles, "OIDC_ROLES").items()}
        self._keys = ProviderKeys(
            self.issuer, timeout_s=settings.oidc_timeout_s, fresh_s=settings.oidc_keys_s
        )

    def read(self, token: str) -> Claimed:
        """What `token` says.

        Raises
        ------
        Unauthorized
            When it is not a good token of the provider for this service.
        Forbidden
            When its tenant is none of this service's.
        Unavailable
            When the provider's keys are needed and it does not give them.
        """
        claims = self._verified(token)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise Unauthorized("the access token names nobody")
        return Claimed(
            issuer=self.issuer, subject=subject, tenant_slug=self._tenant(claims), role=self._role_of(claims),
            until=float(claims["exp"]) + self._settings.oidc_clock_skew_s,
        )  # fmt: skip

    def _verified(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        kid, kind = header.get("kid"), header.get("typ", "")
        key = self._keys.key(kid) if isinstance(kid, str) else None
        if key is None or header.get("alg") != key.algorithm or str(kind).lower() in REFUSED_TYPES:
            raise Unauthorized("the access token is not signed by a key of the identity provider")
        try:
            claims: dict[str, Any] = jwt.decode(
                token, key.public, algorithms=[key.algorithm], audience=self._settings.oidc_audience,
                issuer=self.issuer, leeway=self._settings.oidc_clock_skew_s, options=MUST_HAVE,
            )  # fmt: skip
        except jwt.ExpiredSignatureError as error:
            raise Unauthorized("the access token has expired; get a new one from its provider") from error
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Unauthorized("the access token is not one for this service") from error
        return claims

    def _tenant(self, claims: Mapping[str, Any]) -> str:
        if not self._settings.oidc_tenant_claim:
            return DEFAULT_TENANT
        told = claim_of(claims, self._settings.oidc_tenant_claim)
        if not isinstance(told, str):
            raise Forbidden("the access token names no tenant; ask the operator of the identity provider")
        slug = self._tenants.get(told) if self._tenants else told
        if slug is None:
            raise Forbidden("the access token's tenant has no place on this service; ask its operator")
        return slug

    def _role_of(self, claims: Mapping[str, Any]) -> Role:
        """The last of the roles, in the order of `Role`, that the claim gives; else a member."""
        told = claim_of(claims, self._settings.oidc_role_claim) if self._settings.oidc_role_claim else None
        words = told if isinstance(told, list) else [told]
        given = {self._roles[word] for word in words if isinstance(word, str) and word in self._roles}
        return max(given, key=list(Role).index, default=Role.MEMBER)


def issuer_claimed_by(token: str) -> object:
    """Whom an unproved `token` names as its issuer: who has to prove it."""
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        return None


def claim_of(claims: Mapping[str, Any], name: str) -> object:
    """The claim of that name, or down a path of names with dots between them.

    >>> claim_of({"realm_access": {"roles": ["staff"]}}, "realm_access.roles")
    ['staff']
    """
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _pairs(text: str, setting: str) -> dict[str, str]:
    """`a=b, c=d` as a mapping."""
    pairs = [pair.strip().rpartition("=") for pair in text.split(",") if pair.strip()]
    if any(not word.strip() or not name.strip() for word, _, name in pairs):
        raise SettingsError(f"REVEILLE_{setting} must be word=name pairs with commas between them")
    return {word.strip(): name.strip() for word, _, name in pairs}


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise SettingsError(
            f"REVEILLE_OIDC_ROLES: {name!r} is no role; there are {', '.join(Role)}"
        ) from None
