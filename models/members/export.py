"""Everything that is held on a member, for the member: rows, plans whole, and what is archived."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from models.archive.file import ArchiveKind
from models.archive.read import Archive, owner_of
from models.base import Json
from models.errors import NotFound
from models.members.erasure import held_on, is_in_control
from models.members.member import Member
from models.plans.plan import Plan
from models.plans.stored import read_plan
from models.sealing.ring import opened_columns, ring_of

SECRET = frozenset({"key", "secret", "old_secret", "password_hash", "key_hash", "token_hash", "hash"})
"""What logs in, signs or opens: of no use to anybody but who should not have it."""


def member_data(session: Session, control: Session, archive: Archive, member_id: UUID) -> Json:
    """What is held on a member, on his shard and in the control database, by table.

    Plans are whole; archived plans and jobs come last.

    Raises
    ------
    NotFound
        When there is no such member.
    Unavailable
        When the archive does not answer.
    """
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"there is no member {member_id}")
    told: Json = {"member": _rows(session, _table(), Member.id == member_id)}
    for table, whose in held_on(member_id):
        if table.name != Plan.__tablename__:
            side = control if is_in_control(table) else session
            told[table.name] = _rows(side, table, whose)
    mine = select(Plan.id).where(Plan.member_id == member_id).order_by(Plan.id)
    told["plan"] = [_plan(session, plan_id) for plan_id in session.scalars(mine).all()]
    owner = owner_of(session, member_id)
    told["archived_plan"] = [
        _shown(plan) for plan in archive.plans(session, owner, before=None, kind=None, limit=1 << 30)
    ]
    told["archived_job"] = [
        {"id": str(row.id), **row.head}
        for row in (archive.rows(session, ArchiveKind.JOBS, owner) if owner else ())
    ]
    return {name: rows for name, rows in told.items() if rows}


def _table() -> Table:
    table = Member.__table__
    assert isinstance(table, Table)  # noqa: S101 (for the type checker)
    return table


def _rows(session: Session, table: Table, whose: Any) -> list[Json]:
    rows = session.execute(select(table).where(whose)).mappings()
    return [_row({**row, **opened_columns(ring_of(session), table, row, leave=SECRET)}) for row in rows]


def _row(row: dict[str, Any]) -> Json:
    return {name: value for name, value in row.items() if name not in SECRET and not isinstance(value, bytes)}


def _plan(session: Session, plan_id: UUID) -> Json:
    plan = read_plan(session, plan_id)
    return {} if plan is None else _shown(plan)


def _shown(plan: Any) -> Json:
    named = {"id": str(plan.id), "state": str(plan.state), "created_at": plan.created_at.isoformat()}
    return {**named, "request": plan.request, "plan": plan.body}
