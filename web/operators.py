"""What an operator may reach: what is of his own tenant, or from the default tenant the whole platform."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.jobs.job import Job
from models.members.tenant import DEFAULT_TENANT, Tenant
from models.nights.batch import Batch
from models.tenancy import reach_every_tenant
from web.errors import Forbidden
from web.services import services
from web.tokens import Caller


def reach(
    session: Session, caller: Caller, table: type[Job] | type[Batch] | type[Tenant] = Job
) -> tuple[ColumnElement[bool], ...]:
    """The condition on the jobs, batches or tenants that the operator `caller` sees; others are not there."""
    tenant_id = Tenant.id if issubclass(table, Tenant) else table.tenant_id
    return () if _is_of_platform(session, caller) else (tenant_id == caller.tenant_id,)


def widen_reach(caller: Caller) -> None:
    """Let an operator of the default tenant reach every tenant's rows in what follows of the request."""
    with services().cluster.control() as session:
        if _is_of_platform(session, caller):
            reach_every_tenant()


def check_platform(session: Session, caller: Caller) -> None:
    """Raise `Forbidden` unless `caller` is an operator of the default tenant: queues serve every tenant."""
    if not _is_of_platform(session, caller):
        raise Forbidden("the queues serve every tenant: only operators of the default tenant control them")


def signature(caller: Caller) -> str:
    """How an operator's act is signed in rows and log lines."""
    return f"account {caller.account_id}"


def _is_of_platform(session: Session, caller: Caller) -> bool:
    return session.scalar(select(Tenant.slug).where(Tenant.id == caller.tenant_id)) == DEFAULT_TENANT
