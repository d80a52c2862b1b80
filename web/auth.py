"""Register, log in, refresh, log out; and the public key that proves our access tokens."""

from __future__ import annotations

from flask import Response
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.access.account import Account, Role
from models.access.addresses import email_index
from models.access.login_failure import record_attempt
from models.access.shut import end_logins
from models.errors import Conflict
from models.members.new import new_member_id
from models.members.tenant import DEFAULT_TENANT
from models.sealing.data_key import PLATFORM
from web.accounts import Found, create_account, find_by_email, find_by_id, tenant_of, view
from web.answers import json_answer
from web.auditing import write_login_down, write_unknown_login_down
from web.errors import AccountLocked, BadCredentials, Forbidden
from web.observe import take_place
from web.passwords import hash_password, is_right
from web.rate_limits import LOGIN_COST
from web.routes import Answer, NoAuth, Routes
from web.schemas import AccountView, KeySet, Login, PasswordChange, Refresh, Registration, Tokens
from web.services import services
from web.sessions import end_family, issue, open_family, use_up
from web.tokens import Caller, issue_access_token
from web.weak_passwords import check_password

routes = Routes("accounts")

MAKES_LOGIN = NoAuth("it is how a login is made")
TOKEN_IS_PROOF = NoAuth("the refresh token in the body is the proof")
TOKENS = Answer(status=200, text="Tokens.", body=Tokens, secret=True)


@routes.route(
    "POST", "/v1/auth/register", "Register an account",
    auth=NoAuth("nobody has an account before it"), body=Registration,
    answers=(Answer(status=201, text="The account.", body=AccountView, headers=("Location",)),),
    problems=("taken", "forbidden"),
)  # fmt: skip
def register(body: Registration) -> Response:
    if not services().settings.open_registration:
        raise Forbidden("registration is closed on this service; ask its operator for an account")
    check_password(body.password, email=body.email, name=body.name)
    hashed = hash_password(body.password)
    cluster = services().cluster
    with cluster.control() as session:
        tenant = tenant_of(session, body.tenant or DEFAULT_TENANT)
    for keys_of in (PLATFORM, tenant.id):
        cluster.ring.ready(keys_of)
    member_id = new_member_id(cluster, tenant)
    with cluster.write_beside_control(member_id) as (session, control):
        found = create_account(session, control, body, tenant, member_id, hashed)
    return json_answer(view(found), 201, {"Location": "/v1/profile"})


@routes.route(
    "POST", "/v1/auth/login", "Log in", auth=MAKES_LOGIN, body=Login, answers=(TOKENS,),
    problems=("bad-credentials", "account-locked"),
)  # fmt: skip
def login(body: Login) -> Response:
    with services().cluster.control() as session:
        found = find_by_email(session, body.email)
        index = email_index(session, body.email)
    # The hash takes tens of milliseconds: no connection is held meanwhile.
    right = is_right(body.password, found.account.password_hash if found else None)
    # From here on an address without an account is counted, locked and written down as one with.
    with services().cluster.control() as session:
        locked_s = record_attempt(session, index, right=right)
        opens = found is not None and right and not locked_s and found.active
        refresh_token = _open(session, found) if found and opens else None
        became = "login" if opens else "login_locked" if locked_s else "login_refused"
        if found is None:
            write_unknown_login_down(session, index, became)
        else:
            write_login_down(session, found.account.tenant_id, found.account.id, became)
    if locked_s:
        raise AccountLocked(locked_s)
    if found is None or refresh_token is None:
        raise BadCredentials("the e-mail or the password is wrong")
    return json_answer(_tokens(found, refresh_token))


@routes.route(
    "POST", "/v1/auth/password", "Change the own password", auth=Role.MEMBER, body=PasswordChange,
    answers=(Answer(status=200, text="Tokens of a new login. Every other login of the account has ended, its "
                    "API keys are void.", body=Tokens, secret=True),),
    problems=("bad-credentials", "account-locked", "conflict"),
)  # fmt: skip
def change_password(caller: Caller, body: PasswordChange) -> Response:
    take_place(caller, LOGIN_COST)
    with services().cluster.control() as session:
        found = find_by_id(session, caller.account_id)
    if found is None:
        raise Conflict("this login is an identity provider's: the password is changed there")
    check_password(body.new_password, email=found.email, name=found.name, pointer="/new_password")
    right = is_right(body.password, found.account.password_hash)
    hashed = hash_password(body.new_password)
    with services().cluster.control() as session:
        locked_s = record_attempt(session, found.account.email_index, right=right)
        refresh_token = None
        if right and not locked_s and found.active:
            end_logins(session, found.account.id)
            session.execute(
                update(Account).where(Account.id == found.account.id).values(password_hash=hashed)
            )
            refresh_token = _open(session, found)
        became = "change_password" if refresh_token else "change_password_refused"
        write_login_down(session, found.account.tenant_id, found.account.id, became)
    if locked_s:
        raise AccountLocked(locked_s)
    if refresh_token is None:
        raise BadCredentials("the present password is wrong")
    return json_answer(_tokens(found, refresh_token))


@routes.route(
    "POST", "/v1/auth/refresh", "Exchange a refresh token for new tokens", auth=TOKEN_IS_PROOF,
    body=Refresh, answers=(TOKENS,), problems=("bad-credentials",),
)  # fmt: skip
def refresh(body: Refresh) -> Response:
    life_s = services().settings.refresh_token_s
    with services().cluster.control() as session:
        used = use_up(session, body.refresh_token)
        found = find_by_id(session, used.account_id) if used else None
        refresh_token = None
        if used and found and found.active:
            refresh_token = issue(session, found.account, used.family, life_s)
    # Raised after the commit, so that a family which was ended stays ended.
    if found is None or refresh_token is None:
        raise BadCredentials("the refresh token is unknown, expired or was used before; log in again")
    return json_answer(_tokens(found, refresh_token))


@routes.route(
    "POST", "/v1/auth/logout", "End a login", auth=TOKEN_IS_PROOF, body=Refresh,
    answers=(Answer(status=204, text="Its refresh tokens are void; an access token lives out its minutes."),),
)  # fmt: skip
def logout(body: Refresh) -> Response:
    with services().cluster.control() as session:
        end_family(session, body.refresh_token)
    return Response(status=204)


@routes.route(
    "GET", "/.well-known/jwks.json", "The public keys of access tokens",
    auth=NoAuth("public keys are public"),
    answers=(Answer(status=200, text="A JWK set (RFC 7517).", body=KeySet),),
)  # fmt: skip
def get_jwks() -> Response:
    return json_answer(
        services().keys.jwks,
        headers={"Cache-Control": "public, max-age=300", "Surrogate-Key": "keys"},
    )


def _open(session: Session, found: Found) -> str:
    return open_family(session, found.account, services().settings.refresh_token_s)


def _tokens(found: Found, refresh_token: str) -> Tokens:
    return Tokens(
        access_token=issue_access_token(found.account, services().keys),
        refresh_token=refresh_token,
        token_type="Bearer",  # noqa: S106
        expires_in=services().settings.access_token_s,
        account=view(found),
    )
