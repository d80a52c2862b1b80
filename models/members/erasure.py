"""Deletes a member: every row, what is owed for them, and with the key all that the archive holds."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.orm import Session

from models.access.account import Account
from models.access.api_key import ApiKey
from models.access.audit import write_down
from models.access.identity import Identity
from models.access.login_failure import LoginFailure
from models.access.refresh import RefreshToken
from models.archive.read import Archive, Counted, owner_of
from models.base import Base
from models.cache.forget import forget
from models.cache.keys import plan_key, profile_key
from models.errors import NotFound
from models.jobs.job import Job
from models.jobs.outbox import Outbox
from models.members.legal_hold import LegalHold, refuse_if_held
from models.members.member import Member
from models.plans.plan import Plan
from models.shards.placement import PLACES, Place

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """What was deleted of a member."""

    counts: Mapping[str, int]  # rows by table; `archived` are those of the archive, which nobody can open now
    uncounted: tuple[str, ...]  # damaged files of the archive: what they hold is sealed by the same lost key


def erase_member(
    session: Session, control: Session, archive: Archive, member_id: UUID, *, by: str
) -> Deleted:
    """Delete the member and everything that is held on him: on his shard, and in the control database.

    Where these are two databases the shard's transaction is committed first. One that was interrupted between
    the two is ended by asking again.

    The audit log keeps that a member of this id was deleted, when and by whom. A damaged file of the archive
    stops nothing: the key is what opens it.

    Raises
    ------
    Conflict
        While the member is under a legal hold.
    NotFound
        When there is no such member.
    Unavailable
        When the archive does not answer, so that nobody could say what was in it: nothing is deleted.
    """
    member = session.get(Member, member_id, with_for_update=True)
    tenant_id = _tenant_of(control, member_id) if member is None else member.tenant_id
    if tenant_id is None:
        raise NotFound(f"there is no member {member_id}")
    refuse_if_held(session, LegalHold.member_id == member_id)
    owner = owner_of(session, member_id)
    archived = archive.count(session, owner) if owner else Counted(rows=0, damaged=())
    counts = {"archived": archived.rows}
    for table, whose in held_on(member_id):
        side = control if is_in_control(table) else session
        found = side.scalar(select(func.count()).select_from(table).where(whose)) or 0
        if found:
            counts[table.name] = found
    plan_ids = session.scalars(select(Plan.id).where(Plan.member_id == member_id)).all()
    forget(session, [plan_key(tenant_id, member_id, plan_id) for plan_id in plan_ids])
    forget(session, [profile_key(tenant_id, member_id)])
    for table, whose in reversed(list(held_on(member_id))):
        (control if is_in_control(table) else session).execute(delete(table).where(whose))
    if member is not None:
        session.delete(member)
        session.flush()
    told = {name: str(count) for name, count in counts.items()}
    if archived.damaged:
        told["uncounted"] = ", ".join(archived.damaged)
    write_down(
        control, tenant_id, actor=by, action="erase_member", subject=f"member {member_id}", detail=told
    )
    logger.info("member %s is erased: %s", member_id, told, extra={"action": "privacy.erase", "by": by})
    return Deleted(counts=counts, uncounted=archived.damaged)


def held_on(member_id: UUID) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table that holds something on a member, and which rows; the member's own row left aside."""
    for table in Base.metadata.sorted_tables:
        if "member_id" in table.c and table.name != LegalHold.__tablename__:
            yield table, table.c.member_id == member_id
    accounts = select(Account.id).where(Account.member_id == member_id)
    for of_account in (ApiKey, RefreshToken):
        yield _table(of_account), of_account.account_id.in_(accounts)
    addresses = select(Account.email_index).where(Account.member_id == member_id)
    yield _table(LoginFailure), LoginFailure.email_index.in_(addresses)
    yield _table(Outbox), Outbox.job_id.in_(select(Job.id).where(Job.member_id == member_id))


def is_in_control(table: Table) -> bool:
    """Whether the table's rows are in the control database and not on shards."""
    return PLACES[table.name] == Place.CONTROL


def _tenant_of(control: Session, member_id: UUID) -> UUID | None:
    """Of a member whose account or identity is left."""
    account = select(Account.tenant_id).where(Account.member_id == member_id)
    identity = select(Identity.tenant_id).where(Identity.member_id == member_id)
    return control.scalar(account.union_all(identity).limit(1))


def _table(row: type[Base]) -> Table:
    table = row.__table__
    assert isinstance(table, Table)  # noqa: S101 (for the type checker)
    return table
