"""Where the member is: his days go by the clocks there, and by his tenant's while he says nothing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import available_timezones

from flask import Response
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from models.access.account import Role
from models.members.member import Member
from models.members.zone import date_in, zone_of
from planners.errors import FieldError, InvalidRequest
from planners.reading import limits
from web.answers import json_answer
from web.profile import member_of
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("profile")

PATH = "/v1/profile/time-zone"
KNOWN = text("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = :zone)")


@dataclass(frozen=True, kw_only=True)
class WantedZone:
    """Where a member is."""

    time_zone: str | None = limits(
        "IANA name of the zone that the member's days go by from now on; null: the tenant's again.",
        shortest=1, longest=64, example="Asia/Tokyo",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TimeZone:
    """The zone that a member's days go by."""

    time_zone: str
    own: bool = limits("Whether the member has said it; else it is the tenant's.")
    today: datetime.date = limits("The date there: the last day that can be logged.")


@routes.route(
    "GET", PATH, "The time zone that the member's days go by", auth=Role.MEMBER,
    answers=(Answer(status=200, text="The zone, and the date there.", body=TimeZone),),
)  # fmt: skip
def get_time_zone(caller: Caller) -> Response:
    with services().cluster.read(caller.member_id) as session:
        return json_answer(_view(session, member_of(session, caller)))


@routes.route(
    "PUT", PATH, "Say where the member is, when deployed or travelling", auth=Role.MEMBER, body=WantedZone,
    answers=(Answer(status=200, text="The zone as it is now, and the date there.", body=TimeZone),),
)  # fmt: skip
def put_time_zone(caller: Caller, body: WantedZone) -> Response:
    with services().cluster.write(caller.member_id) as session:
        _check(session, body.time_zone)
        member = member_of(session, caller, lock=True)
        session.execute(update(Member).where(Member.id == member.id).values(zone=body.time_zone))
        session.refresh(member)
        return json_answer(_view(session, member))


def _check(session: Session, zone: str | None) -> None:
    """Refuse what Python or PostgreSQL do not know: both go by it."""
    if zone is None:
        return
    if zone not in available_timezones() or not session.scalar(KNOWN, {"zone": zone}):
        fault = "is no name of a time zone, such as America/New_York or Asia/Tokyo"
        raise InvalidRequest([FieldError(pointer="/time_zone", detail=fault)])


def _view(session: Session, member: Member) -> TimeZone:
    zone = zone_of(session, member.tenant_id, member.id)
    now = datetime.datetime.now(datetime.UTC)
    return TimeZone(time_zone=zone, own=member.zone is not None, today=date_in(zone, now))
