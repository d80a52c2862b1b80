"""The member's profile: read it, replace it."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Response, request
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from models.access.account import Role
from models.cache.forget import forget
from models.cache.keys import profile_key
from models.members.member import Member, profile_columns, profile_of
from planners.reading import read
from planners.spec import plain
from web.answers import encode, json_answer, tagged
from web.caches import CachedProfile
from web.errors import PreconditionFailed, Unauthorized
from web.menu_anew import menu_anew
from web.routes import Answer, Routes
from web.schemas import Profile
from web.services import services
from web.tokens import Caller

routes = Routes("profile")

KEPT = (
    "The profile as it is now. Where the menu under way does not know of an allergy that it tells of, "
    "Location is the job that makes what is left of the menu anew."
)


@routes.route(
    "GET", "/v1/profile", "The member's profile", auth=Role.MEMBER, headers=("If-None-Match",),
    answers=(Answer(status=200, text="The profile.", body=Profile, headers=("ETag",)),
             Answer(status=304, text="It is as the client's ETag says.")),
)  # fmt: skip
def get_profile(caller: Caller) -> Response:
    key = profile_key(caller.tenant_id, caller.member_id)
    known = services().caches.profile(key, lambda: _told(caller))
    if known is None or not known.is_of(caller):
        raise gone()
    return tagged(Response(known.body, mimetype="application/json"), str(known.version))


def _told(caller: Caller) -> CachedProfile | None:
    with services().cluster.read(caller.member_id) as session:
        member = session.get(Member, caller.member_id)
        if member is None or member.tenant_id != caller.tenant_id:
            return None
        return CachedProfile(
            member_id=member.id, tenant_id=member.tenant_id, version=member.version,
            body=encode(profile_document(profile_of(session, member))),
        )  # fmt: skip


@routes.route(
    "PUT", "/v1/profile", "Replace the member's profile", auth=Role.MEMBER, body=Profile,
    headers=("If-Match",),
    answers=(Answer(status=200, text=KEPT, body=Profile, headers=("ETag", "Location")),),
    problems=("precondition-failed",),
)  # fmt: skip
def put_profile(caller: Caller, body: Any) -> Response:
    kept = {name: plain(value) for name, value in dataclasses.asdict(body).items() if value is not None}
    with services().cluster.write(caller.member_id) as session:
        member = member_of(session, caller, lock=True)
        if "If-Match" in request.headers and not request.if_match.contains(str(member.version)):
            raise PreconditionFailed(f'the profile is now of the ETag "{member.version}"')
        changed = update(Member).where(Member.id == member.id).values(
            **profile_columns(session, member.tenant_id, member.id, kept),
            version=Member.version + 1, updated_at=func.now(),
        )  # fmt: skip
        version = session.scalar(changed.returning(Member.version))
        forget(session, [profile_key(caller.tenant_id, caller.member_id)])
        job = menu_anew(session, member, kept)
    moved = {"Location": f"/v1/jobs/{job.id}"} if job else {}
    return tagged(json_answer(profile_document(kept), 200, moved), str(version))


def member_of(session: Session, caller: Caller, *, lock: bool = False) -> Member:
    """The caller's member row.

    Raises
    ------
    Unauthorized
        When it is gone: the account was deleted after the token was issued.
    """
    member = session.get(Member, caller.member_id, with_for_update=lock)
    if member is None or member.tenant_id != caller.tenant_id:
        raise gone()
    return member


def gone() -> Unauthorized:
    """That the account was deleted after the token was issued."""
    return Unauthorized("the account of this access token is gone")


def profile_document(profile: dict[str, Any]) -> object:
    return read(Profile, profile)
