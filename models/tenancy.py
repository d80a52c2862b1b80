"""Whose rows the present request may reach, held by the database itself (row-level security).

Every table with a tenant has a policy: a row is there only when `app.tenant` is its tenant, or `*`. The web
sets it in each transaction, by what it knows of the caller, and to nothing as long as it knows nothing; so a
query that forgets to ask for the tenant finds none but its rows. The other processes, which work for every
tenant, set `*` for their whole connection.
"""

from __future__ import annotations

from contextvars import ContextVar
from uuid import UUID

SETTING = "app.tenant"
EVERY_TENANT = "*"
NOBODY = ""

_reach: ContextVar[str] = ContextVar("reach", default=NOBODY)


def reach() -> str:
    """What `app.tenant` is set to in the transactions of the present request."""
    return _reach.get()


def reach_nobody() -> None:
    """Reach no tenant's rows: how a request begins."""
    _reach.set(NOBODY)


def reach_tenant(tenant_id: UUID) -> None:
    """Reach the rows of one tenant from now on."""
    _reach.set(str(tenant_id))


def reach_every_tenant() -> None:
    """Reach all rows from now on: to find out who logs in, and for operators of the platform."""
    _reach.set(EVERY_TENANT)
