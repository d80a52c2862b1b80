"""What goes into the audit log: acts of operators and administrators, looks of specialists, logins.

An act is written down before it is done, in a transaction of its own, or else it is not done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.access.account import Role
from models.access.audit import write_down
from models.base import Json
from models.sealing.data_key import PLATFORM
from web.routes import Route
from web.services import services
from web.tokens import Caller

OWN_WORDS = frozenset(
    {"accounts", "administration", "privacy"}
)  # tags whose handlers write down more than the call


def is_audited(route: Route) -> bool:
    """Whether each call of `route` is an entry."""
    if route.auth == Role.MEMBER or route.tag in OWN_WORDS:
        return False
    return route.method != "GET" or route.auth == Role.SPECIALIST


def write_call_down(caller: Caller, route: Route, path: Mapping[str, Any]) -> None:
    """Add the call of `route` to the caller's tenant's log."""
    subject = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in path.items()) or "everything"
    with services().cluster.control() as session:
        write_act_down(session, caller, route.name, subject)


def write_act_down(
    session: Session, caller: Caller, action: str, subject: str, detail: Json | None = None
) -> None:
    """Add what the caller does to the log, in the transaction that does it."""
    actor = f"account {caller.account_id}"
    write_down(session, caller.tenant_id, actor=actor, action=action, subject=subject, detail=detail)


def write_unknown_login_down(session: Session, email_index: bytes, action: str) -> None:
    """Add a try to log in with an address that has no account to the platform's own chain."""
    address = f"address {email_index.hex()[:16]}"
    write_down(session, PLATFORM, actor="nobody", action=action, subject=address)


def write_login_down(session: Session, tenant_id: UUID, account_id: UUID, action: str) -> None:
    """Add what became of a try to log in to the log."""
    account = f"account {account_id}"
    write_down(session, tenant_id, actor=account, action=action, subject=account)
