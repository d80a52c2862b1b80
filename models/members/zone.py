"""Which day it is for a member: by the clocks where he is, which are his own zone's or else his tenant's."""

from __future__ import annotations

import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.orm import Session

ZONE = text("""
SELECT coalesce(member.zone, tenant.zone)
FROM tenant LEFT JOIN member ON member.id = :member_id AND member.tenant_id = tenant.id
WHERE tenant.id = :tenant_id
""").bindparams(bindparam("tenant_id", type_=Uuid), bindparam("member_id", type_=Uuid))


def zone_of(session: Session, tenant_id: UUID, member_id: UUID) -> str:
    """The IANA name of the zone that the member's days go by."""
    zone: str = session.execute(ZONE, {"tenant_id": tenant_id, "member_id": member_id}).scalar_one()
    return zone


def today_of(session: Session, tenant_id: UUID, member_id: UUID) -> datetime.date:
    """The date where the member is."""
    return date_in(zone_of(session, tenant_id, member_id), datetime.datetime.now(datetime.UTC))


def date_in(zone: str, now: datetime.datetime) -> datetime.date:
    """The date in a zone.

    >>> now = datetime.datetime(2026, 12, 1, 10, 30, tzinfo=datetime.UTC)
    >>> [date_in(zone, now).day for zone in ("Pacific/Honolulu", "UTC", "Pacific/Kiritimati")]
    [1, 1, 2]
    """
    return now.astimezone(ZoneInfo(zone)).date()


def first_day_in(
    zone: str, first_day: datetime.date, begins: datetime.time, now: datetime.datetime
) -> datetime.date:
    """`first_day`, or tomorrow where that day has begun in the zone: a day that is being lived stays.

    >>> day, five = datetime.date(2026, 12, 2), datetime.time(5)
    >>> now = datetime.datetime(2026, 12, 2, 7, tzinfo=datetime.UTC)  # two in the morning of New York
    >>> zones = "America/New_York", "Asia/Tokyo", "Pacific/Honolulu"
    >>> [first_day_in(zone, day, five, now).day for zone in zones]
    [2, 3, 2]
    """
    there = now.astimezone(ZoneInfo(zone))
    begun = datetime.datetime.combine(first_day, begins, ZoneInfo(zone))
    return first_day if there < begun else there.date() + datetime.timedelta(days=1)
