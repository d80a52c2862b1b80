"""Who makes the present request: a login of ours or of the identity provider, or an API key."""

from __future__ import annotations

import time

import jwt
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.access.api_keys import PREFIX, holder_of
from models.access.identity import Identity, subject_index
from models.cluster import Cluster
from models.ids import bucket_of, new_id
from models.members.new import add_member, new_member_id
from models.members.tenant import Tenant, TenantState
from models.sealing.place import place_of
from models.sealing.ring import ring_of
from web.bearer import bearer_token
from web.errors import Forbidden, Unauthorized
from web.provider import Claimed, Provider, issuer_claimed_by
from web.services import services
from web.tokens import Caller, read_access_token

LOOK_S = 60.0  # how long a tenant's or an identity's standing may be remembered


def caller_of_request() -> Caller:
    """Who makes the present request.

    Raises
    ------
    Unauthorized
        When its token is missing or not good.
    Forbidden
        When it is good, and its tenant has no place here.
    """
    token = bearer_token()
    if token.startswith(PREFIX):
        return _caller_of_key(token)
    known = services().known
    caller = known.get(token)
    if caller is None:
        caller, until = _check(token, services().provider)
        known.keep(token, caller, until)
    return caller


def _check(token: str, provider: Provider | None) -> tuple[Caller, float]:
    if provider is None or issuer_claimed_by(token) != provider.issuer:
        return read_access_token(token)
    try:
        claimed = provider.read(token)
    except jwt.PyJWTError as error:
        raise Unauthorized("the access token is not one of this service's") from error
    caller = _identified(services().cluster, claimed)
    return caller, min(claimed.until, time.time() + LOOK_S)


def _caller_of_key(key: str) -> Caller:
    with services().cluster.control() as session:
        holder = holder_of(session, key)
    if holder is None:
        raise Unauthorized("the API key is unknown, expired or revoked")
    account = holder.account
    return Caller(
        account_id=account.id, member_id=account.member_id, tenant_id=account.tenant_id, role=account.role,
        scopes=holder.scopes,
    )  # fmt: skip


def _identified(cluster: Cluster, claimed: Claimed) -> Caller:
    """The member whom the provider calls so, made at their first request."""
    with cluster.control() as session:
        tenant = session.scalar(select(Tenant).where(Tenant.slug == claimed.tenant_slug))
        identity = _find(session, claimed)
    if tenant is None or tenant.state != TenantState.ACTIVE:
        raise Forbidden("the access token's tenant has no place on this service; ask its operator")
    identity = identity or _make(cluster, claimed, tenant)
    if identity is None or identity.tenant_id != tenant.id:
        raise Forbidden("you are a member of another tenant here; ask the operator of this service")
    return Caller(
        account_id=identity.id, member_id=identity.member_id, tenant_id=identity.tenant_id, role=claimed.role
    )


def _find(session: Session, claimed: Claimed) -> Identity | None:
    index = subject_index(session, claimed.issuer, claimed.subject)
    return session.scalar(select(Identity).where(Identity.subject_index == index))


def _make(cluster: Cluster, claimed: Claimed, tenant: Tenant) -> Identity | None:
    """A new member and identity, or the identity that another request has just made."""
    member_id = new_member_id(cluster, tenant)
    with cluster.write_beside_control(member_id) as (session, control):
        identity_id = new_id(bucket_of(member_id))
        subject = place_of(Identity.subject, tenant.id, identity_id)
        made = insert(Identity).values(
            id=identity_id, tenant_id=tenant.id, member_id=member_id, issuer=claimed.issuer,
            subject=ring_of(control).seal_json(subject, claimed.subject),
            subject_index=subject_index(control, claimed.issuer, claimed.subject),
        )  # fmt: skip
        named = made.on_conflict_do_nothing(index_elements=["subject_index"]).returning(Identity)
        identity: Identity | None = control.scalar(named)
        if identity is None:  # whoever waited for the other's commit sees it now
            return _find(control, claimed)
        add_member(session, member_id, tenant)
    return identity
