"""Wrong passwords for an address, and the lock after them.

An address without an account is locked as one with, so that the lock tells nobody which ones have. Three
failures in fifteen minutes follow DISA STIG APSC-DV-000530. A failure counts for as long as the next one
comes within the window, so no three within fifteen minutes go unseen.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, case, delete, func, not_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

MOST_FAILURES = 3
WINDOW = timedelta(minutes=15)


class LoginFailure(Base):
    __tablename__ = "login_failure"

    email_index: Mapped[bytes] = mapped_column(primary_key=True)  # as in `account`
    failures: Mapped[int]  # wrong passwords in a row
    failed_at: Mapped[datetime]  # the latest of them

    __table_args__ = (Index(None, "failed_at"),)


def record_attempt(session: Session, email_index: bytes, *, right: bool) -> int:
    """Count one answered password; return how long the address is locked in seconds, 0 when it was not.

    The lock is judged by the statement itself, after the password was checked: of many guesses sent at once,
    those that finish after the third wrong one are refused, the right one among them.
    """
    failing = LoginFailure.failed_at > func.clock_timestamp() - WINDOW
    locked = and_(LoginFailure.failures >= MOST_FAILURES, failing)
    named = LoginFailure.email_index == email_index
    counted = (
        delete(LoginFailure).where(named, not_(locked)) if right else _one_more(email_index, failing, locked)
    )
    if session.scalar(counted.returning(LoginFailure.failures)) is not None:
        return 0
    left = LoginFailure.failed_at + WINDOW - func.clock_timestamp()
    seconds = session.scalar(select(func.ceil(func.extract("epoch", left))).where(named))
    return 0 if seconds is None else max(1, int(seconds))


def forget_failures(session: Session, email_index: bytes) -> None:
    """Lift the lock of an address."""
    session.execute(delete(LoginFailure).where(LoginFailure.email_index == email_index))


def _one_more(email_index: bytes, failing: ColumnElement[bool], locked: ColumnElement[bool]) -> Any:
    # The window and the lock run from the latest failure.
    now = func.clock_timestamp()
    first = insert(LoginFailure).values(email_index=email_index, failures=1, failed_at=now)
    more = {"failures": case((failing, LoginFailure.failures + 1), else_=1), "failed_at": now}
    return first.on_conflict_do_update(index_elements=["email_index"], set_=more, where=not_(locked))
