"""E-mail addresses: one way to write each, sealed in its account's row, and found by a blind index."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models.access.account import Account
from models.base import Json
from models.sealing.place import place_of
from models.sealing.ring import ring_of

INDEX = "account.email"


def one_form(email: str) -> str:
    """The address as all its spellings are one.

    >>> one_form(" Anna@Example.MIL")
    'anna@example.mil'
    """
    return email.strip().lower()


def email_index(session: Session, email: str) -> bytes:
    """What an address is found by."""
    return ring_of(session).blind_index(INDEX, one_form(email))


def is_of(session: Session, email: str) -> ColumnElement[bool]:
    """The condition on the account of an address."""
    return Account.email_index == email_index(session, email)


def sealed_columns(session: Session, tenant_id: UUID, account_id: UUID, *, email: str, name: str) -> Json:
    """The columns of an account's row that say who it is."""
    ring = ring_of(session)
    return {
        "email": ring.seal_json(place_of(Account.email, tenant_id, account_id), one_form(email)),
        "email_index": email_index(session, email),
        "name": ring.seal_json(place_of(Account.name, tenant_id, account_id), name),
    }


def email_of(session: Session, account: Account) -> str:
    """The account's address."""
    place = place_of(Account.email, account.tenant_id, account.id)
    email: str = ring_of(session).open_json(place, account.email)
    return email


def name_of(session: Session, account: Account) -> str:
    """What to call whose account it is."""
    place = place_of(Account.name, account.tenant_id, account.id)
    name: str = ring_of(session).open_json(place, account.name)
    return name
