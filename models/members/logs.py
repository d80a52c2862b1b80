"""Writing and reading what members log. Whatever is written is a change for the night to look at.

What they weighed, ate and trained is sealed; which food they like is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.base import Json
from models.members.food_feedback import FoodFeedback
from models.members.intake_log import IntakeLog
from models.members.legal_hold import LegalHold, refuse_if_held
from models.members.member import Member
from models.members.weight_log import WeightLog
from models.members.workout_log import WorkoutLog
from models.sealing.place import Place, Sealed, place_of
from models.sealing.ring import Ring, ring_of

SealedLog = WeightLog | IntakeLog | WorkoutLog
Log = SealedLog | FoodFeedback
AnyLog = TypeVar("AnyLog", WeightLog, IntakeLog, WorkoutLog, FoodFeedback)

KEYS: Mapping[type[Log], str] = {
    WeightLog: "date",
    IntakeLog: "date",
    WorkoutLog: "id",
    FoodFeedback: "food_code",
}
"""What an entry of each log is known by, beside its member."""


def write_entry(
    session: Session, table: type[Log], *, tenant_id: UUID, member_id: UUID, values: Mapping[str, Any]
) -> bool:
    """Write an entry, in the place of one with the same key; True when there was none.

    `values` are its columns, with a sealed log's `entry` as it is to be read again.
    """
    if not issubclass(table, FoodFeedback):
        place = _place(table, tenant_id, member_id, values[KEYS[table]])
        values = {**values, "entry": ring_of(session).seal_json(place, values["entry"])}
    row = {"tenant_id": tenant_id, "member_id": member_id, **values}
    made = insert(table).values(row)
    newer = {name: made.excluded[name] for name in values} | {"logged_at": func.now()}
    written = made.on_conflict_do_update(index_elements=["member_id", KEYS[table]], set_=newer)
    # xmax is 0 in a row that was inserted, and the updating transaction in one that was there.
    new = session.scalar(written.returning(literal(0) == text("xmax::text::bigint")))
    _count(session, member_id)
    return bool(new)


def remove_entry(session: Session, table: type[Log], member_id: UUID, key: Any) -> bool:
    """Take an entry back; False when there is none, `Conflict` while the member is under a legal hold."""
    refuse_if_held(session, LegalHold.member_id == member_id)
    mine = (table.member_id == member_id, _key(table) == key)
    gone = session.scalar(delete(table).where(*mine).returning(table.member_id)) is not None
    if gone:
        _count(session, member_id)
    return gone


def entries(
    session: Session, table: type[AnyLog], member_id: UUID, *within: ColumnElement[bool], limit: int
) -> list[AnyLog]:
    """The member's entries that meet `within`, the greatest key first."""
    wanted = select(table).where(table.member_id == member_id, *within)
    return list(session.scalars(wanted.order_by(_key(table).desc()).limit(limit)))


def opened(session: Session, row: SealedLog) -> Json:
    """What an entry's row says."""
    table = type(row)
    key = getattr(row, KEYS[table])
    return opened_entry(ring_of(session), table, row.tenant_id, row.member_id, key, row.entry)


def opened_entry(
    ring: Ring, table: type[SealedLog], tenant_id: UUID, member_id: UUID, key: object, sealed: Sealed
) -> Json:
    """What the entry of a sealed log says, from the columns of its row."""
    entry: Json = ring.open_json(_place(table, tenant_id, member_id, key), sealed)
    return entry


def _place(table: type[SealedLog], tenant_id: UUID, member_id: UUID, key: object) -> Place:
    return place_of(table.entry, tenant_id, member_id, key)


def _key(table: type[Log]) -> InstrumentedAttribute[Any]:
    key: InstrumentedAttribute[Any] = getattr(table, KEYS[table])
    return key


def _count(session: Session, member_id: UUID) -> None:
    session.execute(update(Member).where(Member.id == member_id).values(logged=Member.logged + 1))
