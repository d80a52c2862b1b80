"""API keys of the caller's account: make one for a machine, look at them, revoke one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Response, current_app

from models.access.account import Account, Role
from models.access.api_key import ApiKey
from models.access.api_keys import api_keys_of, make_api_key, revoke_api_key
from models.errors import NotFound
from planners.errors import FieldError, InvalidRequest
from web.answers import json_answer
from web.api_key_schemas import ApiKeyList, ApiKeySecret, ApiKeyView, NewApiKey
from web.auditing import write_act_down
from web.errors import Forbidden
from web.roles import scope_of
from web.routes import Answer, Route, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("accounts")

PATH = "/v1/api-keys"
SCOPES = "reveille.scopes"  # where the application keeps those of its routes


@routes.route(
    "POST", PATH, "Make an API key", auth=Role.MEMBER, body=NewApiKey,
    answers=(Answer(status=201, text="The key, which is shown this once.", body=ApiKeySecret,
                    secret=True),),
    problems=("conflict", "forbidden"),
)  # fmt: skip
def make_key(caller: Caller, body: NewApiKey) -> Response:
    _check_scopes(body.scopes)
    with services().cluster.control() as session:
        account = session.get(Account, caller.account_id)
        if account is None:
            raise Forbidden(
                "your login is an identity provider's; only accounts of this service have API keys"
            )
        row, key = make_api_key(session, account, name=body.name, scopes=body.scopes, days=body.days)
        about = {"scopes": " ".join(body.scopes), "days": str(body.days)}
        write_act_down(session, caller, "make_key", f"API key {row.id}", about)
        made = ApiKeySecret(api_key=_view(row), key=key)
    return json_answer(made, 201)


@routes.route(
    "GET", PATH, "The account's API keys", auth=Role.MEMBER,
    answers=(Answer(status=200, text="All of them.", body=ApiKeyList),),
)  # fmt: skip
def list_keys(caller: Caller) -> Response:
    with services().cluster.control() as session:
        found = api_keys_of(session, caller.account_id)
    return json_answer(ApiKeyList(api_keys=tuple(map(_view, found))))


@routes.route(
    "DELETE", f"{PATH}/<uuid:key_id>", "Revoke an API key", auth=Role.MEMBER,
    answers=(Answer(status=204, text="It is void from now on."),),
)  # fmt: skip
def revoke_key(key_id: UUID, caller: Caller) -> Response:
    with services().cluster.control() as session:
        if not revoke_api_key(session, key_id, ApiKey.account_id == caller.account_id):
            raise NotFound("there is no API key of yours with this id")
        write_act_down(session, caller, "revoke_key", f"API key {key_id}")
    return Response(status=204)


def scopes_of(routes: Iterable[Route]) -> tuple[str, ...]:
    """Every scope that an API key for `routes` can have."""
    return tuple(sorted({scope for route in routes if (scope := scope_of(route))}))


def _check_scopes(scopes: Iterable[str]) -> None:
    known: tuple[str, ...] = current_app.extensions[SCOPES]
    faults = [
        FieldError(pointer=f"/scopes/{at}", detail="is no scope of this service", allowed=known)
        for at, scope in enumerate(scopes)
        if scope not in known
    ]
    if faults:
        raise InvalidRequest(faults)


def _view(row: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=row.id, name=row.name, scopes=tuple(row.scopes), created_at=row.created_at,
        expires_at=row.expires_at, revoked_at=row.revoked_at,
    )  # fmt: skip
